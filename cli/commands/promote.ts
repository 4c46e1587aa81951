import { Promotion } from '../../src/core/promotion';
import { buildOf } from '../../src/core/release-assembly';
import { Command } from '../command';
import { Operation, openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS, requireEnvironment } from '../operations/operation';
import { promoteRelease as start, PROMOTION_HELP, PROMOTION_OPTIONS, readWish, refuse, Wish } from '../operations/promotion';

export const promote: Command = {
  usage: 'ENVIRONMENT --pipeline NAME [--release RELEASE | --component NAME [--build NUMBER]] [--dry-run] [--wait]',
  summary: 'Deploys to an environment what was live in the one before it, without building.',
  help: `It goes through the pipeline: change set, gates and record. Without --release it deploys what is live in the environment before.

Options:
${PIPELINE_HELP}  --release RELEASE the release to deploy, by its number: see the command releases
${PROMOTION_HELP}                    without --build: the build that is live in the environment before

Examples:
  cdk-modular-pipeline promote prod --pipeline shop
  cdk-modular-pipeline promote prod --pipeline shop --release 12 --dry-run
  cdk-modular-pipeline promote prod --pipeline shop --component web
`,
  options: { ...PIPELINE_OPTIONS, ...PROMOTION_OPTIONS, release: { type: 'string' } },
  positionals: ['ENVIRONMENT'],
  async run(values, [name], context) {
    const wish = readWish(values, 'release');
    const operation = await openPipeline(values);
    const environment = requireEnvironment(operation.pipeline, name!);
    return start(operation, await wishedPromotion(operation, environment, wish), values, context);
  },
};

/** The promotion that is wished for: what the wish leaves open is what is live in the environment before. */
export async function wishedPromotion(operation: Operation, environment: string, { release, component, build }: Wish): Promise<Promotion> {
  return component === undefined
    ? { environment, release: release ?? (await liveBefore(operation, environment)).sequence }
    : { environment, component, build: build ?? await buildLiveBefore(operation, environment, component) };
}

/** What is live in the environment before this one. */
async function liveBefore({ pipeline: { environments }, records }: Operation, environment: string) {
  const previous = environments[environments.indexOf(environment) - 1]
    ?? refuse(`'${environment}' is the first environment: no other has what it could be given. Say what, or use rollback.`);
  return (await records.environment(previous)).live ?? refuse(`Nothing was ever deployed to '${previous}', the environment before '${environment}'.`);
}

async function buildLiveBefore(operation: Operation, environment: string, component: string): Promise<number> {
  const { key, sequence } = await liveBefore(operation, environment);
  const release = await operation.records.release(key) ?? refuse(`Release ${sequence} is recorded, but its object ${key} is not in the artifact bucket any more.`);
  return buildOf(release, component)?.buildNumber ?? refuse(`Release ${sequence} has no component '${component}'.`);
}
