import { releaseBefore } from '../../src/core/promoted-release';
import { Promotion } from '../../src/core/promotion';
import { buildOf } from '../../src/core/release-assembly';
import { Command } from '../command';
import { Operation, openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS, requireEnvironment } from '../operations/operation';
import { promoteRelease, PROMOTION_HELP, PROMOTION_OPTIONS, readWish, refuse, Wish } from '../operations/promotion';

export const rollback: Command = {
  usage: 'ENVIRONMENT --pipeline NAME [--to RELEASE | --component NAME [--build NUMBER]] [--dry-run] [--wait]',
  summary: 'Deploys what was live in an environment before, without building.',
  help: `It goes through the pipeline: change set, gates and record. Without --to it deploys the release that was live before the one that is.

Options:
${PIPELINE_HELP}  --to RELEASE      the release to go back to, by its number: see the command releases
${PROMOTION_HELP}                    without --build: the build that was live before the one that is

It stays until the branch moves, or the command resume lets it flow again: then the branch's head is released. Revert in the repository what is to
stay away.

Examples:
  cdk-modular-pipeline rollback prod --pipeline shop
  cdk-modular-pipeline rollback prod --pipeline shop --to 12 --wait
  cdk-modular-pipeline rollback prod --pipeline shop --component web --build 7
`,
  options: { ...PIPELINE_OPTIONS, ...PROMOTION_OPTIONS, to: { type: 'string' } },
  positionals: ['ENVIRONMENT'],
  async run(values, [name], context) {
    const wish = readWish(values, 'to');
    const operation = await openPipeline(values);
    const environment = requireEnvironment(operation.pipeline, name!);
    return promoteRelease(operation, await wishedRollback(operation, environment, wish), values, context);
  },
};

/** The promotion that is wished for: what the wish leaves open is what was live in the environment before. */
export async function wishedRollback(operation: Operation, environment: string, { release, component, build }: Wish): Promise<Promotion> {
  return component === undefined
    ? { environment, release: release ?? await before(operation, environment) }
    : { environment, component, build: build ?? await buildBefore(operation, environment, component) };
}

async function before({ records }: Operation, environment: string): Promise<number> {
  const { live, history } = await records.environment(environment);
  const found = live && releaseBefore(history, live);
  return found?.sequence ?? refuse(`There is nothing to go back to: ${live === undefined
    ? `nothing was ever deployed to '${environment}'.`
    : `no release went live in '${environment}' before release ${live.sequence}.`}`);
}

/** The build that the environment had of the component before the one that it has. */
async function buildBefore({ records }: Operation, environment: string, component: string): Promise<number> {
  const { live, history } = await records.environment(environment);
  const present = live && await records.release(live.key);
  const now = present && buildOf(present, component);
  for (const { key } of [...history].reverse()) {
    const release = await records.release(key);
    const build = release && buildOf(release, component);
    if (build !== undefined && build.buildNumber !== now?.buildNumber) {
      return build.buildNumber;
    }
  }
  return refuse(`There is nothing to go back to: '${environment}' never had another build of component '${component}'.`);
}
