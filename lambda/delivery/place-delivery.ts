import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { requireBootstrap } from './bootstrap-version';
import { contentOf, stacksOf, templateUrl } from './content';
import { deferStack } from './defer';
import { deployStack, DeployOptions } from './deploy';
import type { PlaceDeliveries } from './deployer/place-deliveries';
import { inOrder, Outputs, PlannedStack } from './in-order';
import { Judge } from './judge';
import { NestedTemplates } from './nested-templates';
import { partlyError } from './partly-delivered';
import { PrepareOptions, prepareStack } from './prepare';
import { removedExports } from './removed-exports';
import { sessionStatements } from './session';
import { StackLook } from './stack-client';
import { StackDelivery } from './stack-delivery';
import { nestedStackIds, parsedTemplate } from './template';
import { ChangeReport, DeliveryJobParameters, DeliveryPlace, StackReport } from '../../src/contract/delivery';
import { approvedDigest, contentDigest, releasedDigest } from '../../src/core/delivery/content';
import { ssmParameters } from '../../src/core/delivery/deferred';
import { lateValues } from '../../src/core/delivery/late-values';
import { missingOutputs, placeChanges, PlaceOutputs } from '../../src/core/delivery/place-report';
import { PlacedStack } from '../../src/core/delivery/place-stacks';
import { orderStacks, sorted } from '../../src/core/delivery/stack-order';
import { templateFacts, valuesOf } from '../../src/core/delivery/template-facts';
import { part } from '../../src/core/delivery/template-inputs';
import { AllowanceStore } from '../shared/allowance-store';
import { assumeRole, RoleCredentials } from '../shared/assumed-role';
import { AttemptStore, OvertakenError } from '../shared/attempt-store';
import { errorMessage, Logger } from '../shared/logger';
import { partitionOf, urlSuffix } from '../shared/partition';
import { ReleaseArtifact } from '../shared/release-artifact';
import { Timing } from '../shared/timing';

export interface PlaceDeliveryProps {
  readonly name: string;
  readonly place: DeliveryPlace;
  readonly artifact: ReleaseArtifact;
  readonly action: Exclude<DeliveryJobParameters['action'], 'switch'>;
  readonly executionId: string;
  /** First job of the action. */
  readonly run: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  readonly artifactBucket: string;
  readonly sts: STSClient;
  readonly ssmAs: (credentials: RoleCredentials, region: string) => SSMClient;
  readonly cloudFormationAs: (credentials: RoleCredentials, region: string) => CloudFormationClient;
  readonly bucketsAs: (credentials: RoleCredentials, region: string) => S3Client;
  readonly allowances: AllowanceStore;
  readonly attempts: AttemptStore;
  /** What the place has apart from stacks. */
  readonly others: Pick<PlaceDeliveries, 'delivered' | 'namesOf'>;
  /** Brings a stack's assets to the place. False: time is up before all are there. */
  readonly publish: (stack: PlacedStack, logger: Logger) => Promise<boolean>;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** A stack that was prepared: what is reported of it, and how it is now. */
interface Prepared {
  readonly report: StackReport;
  readonly look: StackLook;
}

/** The delivery of all stacks that a release brings to a place. */
export class PlaceDelivery {
  private readonly stacks: readonly PlannedStack[];
  private readonly looks = new Map<string, StackLook | undefined>();

  /** @throws Error where the release brings what the place may not have, or stacks that wait for one another */
  public constructor(private readonly props: PlaceDeliveryProps) {
    this.stacks = plannedStacks(props);
  }

  /** Digests of what the release brings to the place, by stack name. */
  public get releasedDigests(): (readonly [string, string])[] {
    return this.stacks.map(({ stack, releasedDigest: digest }) => [stack.stackName, digest] as const);
  }

  /**
   * Makes and judges the change sets of all stacks, or reports what is to change where values are not known yet.
   * @returns the reports, and the outputs that the stacks have now; nothing where it takes longer than patience lasts
   */
  public async prepare(
    options: PrepareOptions,
  ): Promise<{ readonly reports: readonly StackReport[]; readonly outputs: PlaceOutputs; readonly after?: ChangeReport['after'] } | undefined> {
    const declared = this.stacks.map(({ stack: { id }, facts }) => ({ id, outputs: facts.outputs, isOpen: facts.isTransformed }));
    const missing = missingOutputs(this.props.place.gateOutputs, declared);
    if (missing.length > 0) {
      throw new Error(`Gates or deployers of ${this.props.name} name outputs that are not there, and nothing was prepared:\n- ${missing.join('\n- ')}`);
    }
    // A place without stacks needs no bootstrap.
    if (this.stacks.length > 0) {
      await requireBootstrap(this.props, this.props.name, this.props.place, this.stacks.flatMap(({ stack }) => stack.bootstrapVersion ?? []));
    }
    // A stack's values are known when what it reads is prepared; mere order matters only when they are deployed.
    const { done, failed } = await inOrder<Prepared>(this.stacks, ({ reads }) => reads, async (planned, earlier) => this.prepareOne(planned, earlier, options));
    const prepared = this.outcome(done, failed, ({ reads }) => reads);
    if (prepared === undefined) {
      return undefined;
    }
    const after = await this.orderOfExports(done);
    return {
      reports: prepared.map(({ report }) => report),
      outputs: new Map(prepared.map(({ report: { id }, look }) => [id, look.outputs])),
      ...(after === undefined ? {} : { after }),
    };
  }

  /**
   * The order of the stacks where it is not their own, because exports that are in use go.
   * @throws Error where these cannot go, before anything is deployed
   */
  private async orderOfExports(prepared: ReadonlyMap<string, Prepared>): Promise<ChangeReport['after']> {
    const order = await removedExports(this.stacks.map((planned) => {
      const { look: { exports }, report: { outcome } } = prepared.get(planned.stack.id)!;
      const client = async () => (await this.caseOf(planned, {}, false)).client;
      return { planned, exports, changes: outcome === 'changes' || outcome === 'deferred', client };
    }));
    if (order !== undefined && order.problems.length > 0) {
      throw new Error(`${this.props.name} cannot be delivered to, and nothing was:\n- ${order.problems.join('\n- ')}`);
    }
    return order && Object.fromEntries(order.after);
  }

  /**
   * Delivers all stacks, each after those before it.
   * @returns the outputs of all stacks; nothing where it takes longer than patience lasts
   */
  public async deploy(report: ChangeReport, options: DeployOptions): Promise<PlaceOutputs | undefined> {
    const reports = new Map(report.stacks.map((one) => [one.id, one]));
    for (const { stack: { id, stackName }, releasedDigest: digest } of this.stacks) {
      if (reports.get(id)?.releasedDigest !== digest || reports.get(id)?.stackName !== stackName) {
        throw new Error(`What is to be deployed to stack ${stackName} is not what was prepared. Retry the stage with all of its actions.`);
      }
    }
    const changing = new Set(report.stacks.filter(({ outcome }) => outcome === 'changes' || outcome === 'deferred').map(({ id }) => id));
    const stacks = ordered(this.stacks, report.after);
    const { done, failed } = await inOrder<Outputs>(stacks, ({ after }) => after, async (planned, earlier) => {
      const { delivery, judge } = await this.caseOf(planned, this.parameters(planned, earlier), ![...later(planned, stacks)].some((id) => changing.has(id)));
      const look = await deployStack(delivery, judge, reports.get(planned.stack.id)!, options);
      if (look !== undefined && planned.stack.terminationProtection === true) {
        await delivery.stack.protect();
      }
      this.looks.set(planned.stack.id, look);
      return look?.outputs;
    });
    const before = ({ id }: PlannedStack['links']) => stacks.find(({ links }) => links.id === id)!.links.after;
    const outputs = this.outcome(done, failed, before, (error) => this.partly(error, done, failed));
    return outputs && new Map(this.stacks.map(({ stack: { id } }, index) => [id, outputs[index]!]));
  }

  /** ARNs of the stacks that were delivered, in their order. */
  public get stackIds(): string[] {
    return this.stacks.flatMap(({ stack: { id } }) => this.looks.get(id)?.facts?.stackId ?? []);
  }

  private async prepareOne(planned: PlannedStack, earlier: ReadonlyMap<string, Prepared>, options: PrepareOptions): Promise<Prepared | undefined> {
    const { stack, links, facts, template } = planned;
    const waitsFor = links.reads.filter((id) => ['changes', 'deferred'].includes(earlier.get(id)!.report.outcome));
    const outputs = new Map([...earlier].map(([id, { look }]) => [id, look.outputs]));
    const isLast = later(planned, this.stacks).size === 0;
    if (waitsFor.length === 0) {
      const { delivery, judge } = await this.caseOf(planned, this.parameters(planned, outputs), isLast);
      const report = await prepareStack(delivery, judge, options);
      return report && { report, look: await delivery.stack.look() };
    }
    const late = new Set(waitsFor);
    const { known, missing } = parametersNow(planned, outputs);
    const { delivery, judge, client } = await this.caseOf(planned, known, isLast);
    const others = waitsFor.map((id) => this.stacks.find((other) => other.stack.id === id)!);
    const readsSsm = others.some((other) => other.facts.ssmWrites.length > 0) && facts.ssmReads.length > 0;
    const exported = new Set(waitsFor.flatMap((id) => earlier.get(id)!.look.exports));
    const isExported = (name: string | undefined) => name !== undefined
      && (exported.has(name) || !others.some((other) => other.facts.exports.includes(name) || other.facts.exports.includes(undefined)));
    const fromOutputs = Object.entries(stack.parameters).filter(([, value]) => typeof value !== 'string' && late.has(value.stack)).map(([name]) => name);
    const report = await deferStack({
      client,
      delivery,
      judge,
      template,
      waitsFor,
      late: { parameters: new Set([...fromOutputs, ...(readsSsm ? ssmParameters(template) : [])]), readings: readsSsm || facts.imports.length > 0 },
      isComplete: missing.length === 0 && !readsSsm && facts.imports.every(isExported),
    }, options);
    return report && { report, look: await delivery.stack.look() };
  }

  /** Values of a stack's parameters. @throws Error where another stack has no such output */
  private parameters(planned: PlannedStack, outputs: ReadonlyMap<string, Outputs>): Readonly<Record<string, string>> {
    const { known, missing } = parametersNow(planned, outputs);
    if (missing.length > 0) {
      throw new Error(`Stack ${planned.stack.stackName} was not deployed: ${missing.join('; ')}.`);
    }
    return known;
  }

  private async caseOf({ stack, text, template, releasedDigest: released }: PlannedStack, parameters: Readonly<Record<string, string>>, isLast: boolean) {
    const { name, place, artifact, action, executionId, run, pipeline, artifactBucket, sts, allowances, attempts, timing } = this.props;
    const { id, stackName } = stack;
    const { commitId } = artifact.release;
    const content = contentOf(stack, parameters, place, artifact, isLast);
    const statements = sessionStatements(place, stackName, action, nestedStackIds(template), place.artifactBucket ?? artifactBucket);
    const credentials = await assumeRole(sts, place.deployRoleArn, `modular-pipeline-${action}`, statements);
    const client = this.props.cloudFormationAs(credentials, place.region);
    const logger = this.props.logger.with({ commit: commitId, execution: executionId, place: name, stack: stackName, action });
    const delivery = new StackDelivery({
      publish: async () => this.props.publish(stack, logger),
      client,
      attempts,
      timing,
      logger,
      delivery: {
        address: { environment: place.environment, place: name, stackName },
        run,
        executionId,
        commitId,
        content,
        digest: contentDigest(content),
        late: lateValues(template, text),
        showsNested: !place.allowDestructiveChanges,
        templateUrl: templateUrl(stack.templateObject, place),
      },
    });
    const judge = new Judge({
      place,
      id,
      stackName,
      hasOthers: this.stacks.length > 1,
      pipeline,
      commitId,
      releasedDigest: released,
      approvedDigest: approvedDigest(content),
      client,
      nested: new NestedTemplates({
        client,
        s3: this.props.bucketsAs(credentials, place.region),
        stackName,
        template,
        values: knownValues(place, stackName, template, parameters),
        tags: stack.tags,
        logger,
      }),
      allowances,
      logger,
    });
    return { client, delivery, judge };
  }

  /**
   * What came of all stacks, in their order; nothing while some go on.
   * @throws Error with what failed, as soon as nothing goes on any more
   */
  private outcome<T>(
    done: ReadonlyMap<string, T>, failed: ReadonlyMap<string, unknown>, before: (links: PlannedStack['links']) => readonly string[],
    failure: (message: string) => Error = (message) => new Error(message),
  ): T[] | undefined {
    const overtaken = [...failed.values()].find((error) => error instanceof OvertakenError);
    if (overtaken !== undefined) {
      throw overtaken;
    }
    const stopped = new Set(failed.keys());
    // Their order may not be the templates'.
    for (let size = -1; size !== stopped.size;) {
      size = stopped.size;
      this.stacks.filter(({ links }) => before(links).some((id) => stopped.has(id))).forEach(({ links }) => stopped.add(links.id));
    }
    if (this.stacks.some(({ stack: { id } }) => !done.has(id) && !stopped.has(id))) {
      return undefined;
    }
    if (failed.size > 0) {
      throw failure(this.stacks.filter(({ stack: { id } }) => failed.has(id)).map(({ stack: { id } }) => errorMessage(failed.get(id))).join('\n'));
    }
    return this.stacks.map(({ stack: { id } }) => done.get(id)!);
  }

  private partly(message: string, done: ReadonlyMap<string, Outputs>, failed: ReadonlyMap<string, unknown>): Error {
    const { name, executionId, artifact: { release: { commitId } }, others } = this.props;
    const names = (which: (id: string) => boolean) => this.stacks.filter(({ stack: { id } }) => which(id)).map(({ stack: { stackName } }) => stackName);
    return partlyError(message, name, 'Only what failed is rolled back', {
      executionId,
      commitId,
      with: [...others.delivered, ...names((id) => done.has(id))],
      without: names((id) => failed.has(id)),
      notBegun: [...names((id) => !done.has(id) && !failed.has(id)), ...others.namesOf('after')],
    });
  }
}

/** IDs of all stacks that come after one. */
function later({ stack: { id } }: PlannedStack, stacks: readonly PlannedStack[]): ReadonlySet<string> {
  const ids = new Set<string>();
  // In the order, every stack comes after those before it.
  for (const { links } of stacks) {
    if (links.after.some((earlier) => earlier === id || ids.has(earlier))) {
      ids.add(links.id);
    }
  }
  return ids;
}

/** The stacks in the order that the report says, where it is not their own. */
function ordered(stacks: readonly PlannedStack[], after: ChangeReport['after']): readonly PlannedStack[] {
  return after === undefined ? stacks : sorted(new Map(Object.entries(after).map(([id, ids]) => [id, new Set(ids)]))).map((id) => {
    const planned = stacks.find(({ stack }) => stack.id === id)!;
    return { ...planned, links: { ...planned.links, after: after[id]! } };
  });
}

/** What is reported of a place. */
export function placeReport(
  { commitId, stacks, after, deliveries = [], leftBehind, ask, partly }:
  Pick<ChangeReport, 'commitId' | 'stacks' | 'after' | 'deliveries' | 'leftBehind' | 'ask' | 'partly'>,
): ChangeReport {
  return {
    version: 3,
    commitId,
    stacks,
    ...(after === undefined ? {} : { after }),
    deliveries,
    leftBehind,
    ...placeChanges(stacks, deliveries),
    ...(ask === undefined || changesAny([...stacks, ...deliveries]) ? {} : { ask }),
    ...(partly === undefined ? {} : { partly }),
  };
}

/** Whether anything is to be executed. */
export function changesAny(reports: readonly { readonly outcome: string }[]): boolean {
  return reports.some(({ outcome }) => outcome === 'changes' || outcome === 'deferred');
}

/** The stacks of a place in their order, with what their templates say. */
function plannedStacks({ name, place, artifact }: PlaceDeliveryProps): PlannedStack[] {
  const stacks = stacksOf(name, place, artifact).map((stack) => {
    const text = artifact.file(stack.templateFile);
    const template = parsedTemplate(text);
    const given = Object.fromEntries(Object.entries(stack.parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    const { account, region } = place;
    const facts = templateFacts(template, { account, region, partition: partitionOf(place.deployRoleArn), stackName: stack.stackName, parameters: given });
    return { stack, text, template, facts, releasedDigest: releasedDigest(contentOf(stack, {}, place, artifact, false), stack.parameters) };
  });
  return orderStacks(stacks).map((links) => ({ ...stacks.find(({ stack }) => stack.id === links.id)!, links }));
}

/** What `Ref` gives in a stack's template for parameters and pseudo parameters. */
function knownValues(
  { account, region, deployRoleArn }: DeliveryPlace, stackName: string, template: unknown, parameters: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const partition = partitionOf(deployRoleArn);
  return new Map([...valuesOf(part(template, 'Parameters'), { account, region, partition, stackName, parameters }), ['AWS::URLSuffix', urlSuffix(partition)]]);
}

/** Values of a stack's parameters, as far as other stacks have the outputs, and what is missing. */
function parametersNow({ stack }: PlannedStack, outputs: ReadonlyMap<string, Outputs>): { readonly known: Record<string, string>; readonly missing: string[] } {
  const known: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, value] of Object.entries(stack.parameters)) {
    const text = typeof value === 'string' ? value : outputs.get(value.stack)?.[value.output];
    if (text === undefined) {
      missing.push(`its parameter '${name}' takes output '${(value as { output: string }).output}' of stack '${(value as { stack: string }).stack}', which has no such output`);
    } else {
      known[name] = text;
    }
  }
  return { known, missing };
}
