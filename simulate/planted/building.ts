import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { changingAnswers, changingRequests, Defect, replaceMethod } from './defect';
import { BuildStore } from '../../lambda/shared/build-store';
import { EnvironmentStore, LiveRelease } from '../../lambda/shared/environment-store';
import { PlanStore } from '../../lambda/shared/plan-store';
import { TableAccess } from '../../lambda/shared/table';
import { buildsKey, environmentKey } from '../../src/contract/tables';
import { catalogueDigest } from '../../src/core/digest';
import type { Release } from '../../src/core/release';
import { DEPLOYMENTS_TABLE } from '../world/names';
import type { System } from '../world/system';

/** Mistakes in building, releasing and recording. */
export const BUILDING: readonly Defect[] = [
  {
    name: 'build-number-by-read-and-write',
    isRare: true,
    mistake: 'The next build number is read and written back instead of counted in one step.',
    patch: () => replaceMethod(BuildStore.prototype, 'nextNumber', () => async function (this: { table: TableAccess }, component: string) {
      const last = await numberItem(this.table, component);
      await this.table.client.send(new PutCommand({
        TableName: this.table.tableName,
        Item: { Component: buildsKey(this.table.solution, component), BuildNumber: 0, LastBuildNumber: last + 1 },
      }));
      return last + 1;
    }),
  },
  {
    name: 'numbers-of-failed-builds-given-again',
    mistake: 'The next build number is that after the last recorded build.',
    patch: () => replaceMethod(BuildStore.prototype, 'nextNumber', () => async function (this: BuildStore, component: string) {
      let number = 1;
      while (await this.get({ component, buildNumber: number }) !== undefined) {
        number++;
      }
      return number;
    }),
  },
  {
    name: 'artifacts-overwritten',
    mistake: 'Artifacts are stored whether or not there is something already.',
    tamper: changingRequests('PutObject', (input) => {
      delete input.IfNoneMatch;
    }),
  },
  {
    name: 'unreadable-means-unchanged',
    isRare: true,
    mistake: 'A build that cannot read its diff takes its component for unchanged.',
    programs: (real) => ({
      ...real,
      begin: async (props) => {
        try {
          return await real.begin(props);
        } catch {
          return { decision: { action: 'skip', reason: 'unreadable' }, dependencies: [] };
        }
      },
    }),
  },
  {
    name: 'built-by-other-definitions',
    isRare: true,
    mistake: 'A build goes on although its definitions are not those of the plan.',
    programs: (real) => ({
      ...real,
      begin: async (props) => {
        const plans = Object.create(props.plans) as PlanStore;
        plans.marker = async (commitId) => {
          const marker = await props.plans.marker(commitId);
          return marker && { ...marker, CatalogueDigest: catalogueDigest(props.catalogue) };
        };
        return real.begin({ ...props, plans });
      },
    }),
  },
  {
    name: 'unprocessed-keys-ignored',
    isRare: true,
    mistake: 'What DynamoDB leaves unprocessed of a batch is taken for absent.',
    tamper: changingAnswers('BatchGetItem', (body) => {
      delete body.UnprocessedKeys;
    }),
  },
  {
    name: 'newest-record-instead-of-the-baselines',
    isRare: true,
    mistake: 'An unchanged component comes from its newest build instead of the baseline\'s release.',
    tamper: (services, system) => async (service, operation, input) => {
      const output = await services(service, operation, input);
      const { Key: key } = input as { Key?: string };
      if (operation !== 'GetObject' || !key!.includes('/releases/')) {
        return output;
      }
      const release = JSON.parse(new TextDecoder().decode((output as { Body: Uint8Array }).Body)) as Release;
      const components = Object.entries(release.components).map(([name, build]) => [name, { ...build, ...newest(system, name) }]);
      return { Body: new TextEncoder().encode(JSON.stringify({ ...release, components: Object.fromEntries(components) })) };
    },
  },
  {
    name: 'recorded-before-deployment',
    mistake: 'A release is recorded as live when it is assembled.',
    programs: (real) => ({
      ...real,
      release: (props) => {
        const handler = real.release(props);
        return {
          handle: async (event, remainingMs, invocation) => {
            await handler.handle(event, remainingMs, invocation);
            const { UserParameters } = (event as { 'CodePipeline.job': JobOfRelease })['CodePipeline.job'].data.actionConfiguration.configuration;
            const { commitId, pipelineExecutionId, sequence } = JSON.parse(UserParameters) as Record<string, string>;
            const table = { client: props.dynamoDb, tableName: props.deploymentsTable, solution: props.solution, timing: props.timing };
            await new EnvironmentStore(table).move(props.environments[0]!.name, {
              Sequence: Number(sequence),
              CommitId: commitId!,
              Release: `shop/releases/${pipelineExecutionId}.json`,
              PipelineExecutionId: pipelineExecutionId!,
              Timestamp: props.timing.now().toISOString(),
            });
          },
        };
      },
    }),
  },
  {
    name: 'nothing-recorded',
    mistake: 'A record that could not be written succeeds.',
    patch: () => replaceMethod(EnvironmentStore.prototype, 'move', () => async () => true),
  },
  {
    name: 'recorded-whatever-came-later',
    isRare: true,
    mistake: 'A release is recorded as live although a later one is.',
    programs: (real) => ({
      ...real,
      record: (props) => {
        const handler = real.record(props);
        const store = (handler as unknown as { environments: EnvironmentStore }).environments;
        Object.assign(store, {
          read: async () => undefined,
          move: async (environment: string, live: LiveRelease) => {
            await props.dynamoDb.send(new PutCommand({
              TableName: props.deploymentsTable,
              Item: { ...live, Component: environmentKey(props.solution, environment), BuildNumber: 0, Solution: props.solution, Environment: environment },
            }));
            return true;
          },
        });
        return handler;
      },
    }),
  },
];

interface JobOfRelease {
  readonly data: { readonly actionConfiguration: { readonly configuration: { readonly UserParameters: string } } };
}

async function numberItem({ client, tableName, solution }: TableAccess, component: string): Promise<number> {
  const key = { Component: buildsKey(solution, component), BuildNumber: 0 };
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return (Item?.LastBuildNumber as number | undefined) ?? 0;
}

/** What is newest of a component's builds in the table. */
function newest({ dynamoDb }: System, component: string): object {
  const builds = dynamoDb.items(DEPLOYMENTS_TABLE).filter((item) => item.Component!.S === `shop#${component}` && Number(item.BuildNumber!.N) > 0)
    .sort((a, b) => Number(b.BuildNumber!.N) - Number(a.BuildNumber!.N));
  const [build] = builds;
  return build === undefined ? {} : {
    buildNumber: Number(build.BuildNumber!.N), location: build.Location!.S, fingerprint: build.Fingerprint!.S, commitId: build.CommitId!.S,
  };
}
