import { ARTIFACT_BUCKET, DEPLOYMENTS_TABLE, PIPELINE, SOLUTION } from './names';
import type { System } from './system';
import { CommandContext } from '../../cli/command';
import { wishedPromotion } from '../../cli/commands/promote';
import { wishedRollback } from '../../cli/commands/rollback';
import { Operation } from '../../cli/operations/operation';
import { ModularPipelineClient } from '../../cli/operations/pipeline';
import { promoteRelease, Wish } from '../../cli/operations/promotion';
import { Records } from '../../cli/operations/records';
import { Random } from '../engine/random';
import type { Sandbox } from '../engine/sandbox';

/** Someone promotes, or goes back, by the command line: to what its defaults say, mostly, or to what may or may not be there. */
export function promoteByHand(system: System, random: Random): void {
  const environments = system.settings.environments.map(({ name }) => name);
  const environment = random.pick(environments);
  const wished = random.chance(0.5) ? wishedRollback : wishedPromotion;
  const wish = drawWish(random, system.latest.catalogue.components.map(({ name }) => name));
  void system.byHand(async (sandbox) => {
    const operation = operationOn(sandbox, environments);
    const promotion = await wished(operation, environment, wish);
    system.log(`promote ${JSON.stringify(promotion)}`);
    await promoteRelease(operation, promotion, {}, NOWHERE);
  });
}

function drawWish(random: Random, components: readonly string[]): Wish {
  switch (random.weighted({ whole: 3, release: 1, component: 3, build: 3 })) {
    case 'whole': return {};
    case 'release': return { release: random.integer(1, 6) };
    case 'component': return { component: random.pick(components) };
    case 'build': return { component: random.pick(components), build: random.integer(1, 4) };
  }
}

function operationOn({ codePipeline, dynamoDb, s3 }: Sandbox, environments: readonly string[]): Operation {
  const pipeline = { solution: SOLUTION, deploymentsTable: DEPLOYMENTS_TABLE, artifactBucket: ARTIFACT_BUCKET, environments, apart: [], places: {}, diffFunction: 'diff' };
  return { client: new ModularPipelineClient(codePipeline, PIPELINE), pipeline, records: new Records(dynamoDb, s3, pipeline), dynamoDb };
}

/** No one reads what the command prints. */
const NOWHERE: CommandContext = {
  out: () => undefined, err: () => undefined, readInput: async () => Buffer.alloc(0), colours: false, environment: {},
};
