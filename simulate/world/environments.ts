import { Change, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { strFromU8, unzipSync } from 'fflate';
import { Execution, Deployment } from './execution';
import { PIPELINE_BUCKET } from './names';
import { StackLifecycle } from '../../local/engine/cloud-formation/lifecycle';
import { RELEASE_FILES } from '../../src/contract/objects';
import type { PlacedStack } from '../../src/core/delivery/place-stacks';
import type { Release } from '../../src/core/release';
import { Random } from '../engine/random';
import type { Monitor } from '../model/monitor';
import { Violation } from '../model/violation';
import { S3 } from '../services/s3';

export interface EnvironmentsProps {
  readonly places: readonly string[];
  readonly s3: S3;
  readonly monitor: Monitor;
  readonly random: Random;
  readonly now: () => number;
  /** Runs something after some milliseconds. */
  readonly after: (milliseconds: number, action: () => void) => void;
  readonly isFlaky: (random: Random) => boolean;
  /** Whether no stack can be deployed with this value of a parameter. */
  readonly isUndeployable: (value: string) => boolean;
}

export function artifactKey(execution: Execution): string {
  return `${execution.releasedBy.id}/release.zip`;
}

/** CloudFormation's stacks in the environments' accounts and Regions: one for each place, of its name. */
export class Environments {
  public readonly stacks: StackLifecycle;
  private readonly deployed = new Map<string, Deployment>();
  /** Places whose last operation chance had fail. */
  private readonly failed = new Set<string>();
  /** Places whose stack others changed since it was last delivered. */
  private readonly meddled = new Set<string>();
  private lastMeddled = -Infinity;
  private ids = 0;

  public constructor(private readonly props: EnvironmentsProps) {
    this.stacks = new StackLifecycle({
      now: () => new Date(props.now()),
      newId: () => `id-${++this.ids}`,
      account: '111111111111',
      region: 'eu-west-1',
      compare: (live, input) => (content(live) === content(input) ? { kind: 'empty' } : { kind: 'changes', changes: changes(live, input) }),
      outcome: (stackName, input) => {
        const duration = props.random.duration(2_000, 30_000);
        // Operations end whether someone looks or not.
        props.after(duration, () => { this.stacks.status(stackName); });
        const isUndeployable = (input.Parameters ?? []).some(({ ParameterValue }) => props.isUndeployable(ParameterValue!));
        const fails = input.ChangeSetName !== OTHERS && (isUndeployable || props.isFlaky(props.random));
        if (fails) {
          this.failed.add(stackName);
        }
        const failure = { logicalId: 'Everything', type: 'AWS::SQS::Queue', reason: 'it cannot be deployed', rollbackFails: props.random.chance(0.2) };
        return { duration, ...(fails ? { failure } : {}) };
      },
      outputs: () => ({}),
    });
  }

  public live(place: string): Deployment | undefined {
    return this.meddled.has(place) ? undefined : this.deployed.get(place);
  }

  public isMeddled(place: string): boolean {
    return this.meddled.has(place);
  }

  /** Whether what went wrong in a place may be the doing of chance or of others. */
  public isExcused(place: string): boolean {
    return this.failed.has(place) || this.meddled.has(place) || STUCK.includes(this.stacks.status(place) ?? '');
  }

  /** Operators bring stacks back that no one but a person can. */
  public repair(): void {
    for (const place of this.props.places) {
      switch (this.stacks.status(place)) {
        case 'ROLLBACK_COMPLETE':
        case 'ROLLBACK_FAILED':
          this.stacks.deleteByOthers(place);
          break;
        case 'UPDATE_ROLLBACK_FAILED':
          this.stacks.continueRollback(place);
          break;
        default:
      }
    }
  }

  public forgive(place: string): void {
    this.failed.delete(place);
  }

  /** Others update a stack, or delete it. */
  public meddle(random: Random): void {
    const place = random.pick(this.props.places);
    const status = this.stacks.status(place);
    if (status === undefined || status.endsWith('_IN_PROGRESS') || STUCK.includes(status)) {
      return;
    }
    this.meddled.add(place);
    this.lastMeddled = this.props.now();
    if (random.chance(0.2)) {
      this.stacks.deleteByOthers(place);
    } else {
      this.stacks.updateByOthers({ StackName: place, ChangeSetName: OTHERS, TemplateBody: `others ${random.integer(1, 9)}`, Parameters: [] });
    }
  }

  /** What an execution brings to a place. */
  public release(execution: Execution, place: string): Deployment {
    const { read, stack: { parameters } } = this.artifact(execution, place);
    return { execution, release: JSON.parse(read(RELEASE_FILES.release)) as Release, parameters };
  }

  /** What an execution brings to the stack of a place: it is the same where this is. */
  public brought(execution: Execution, place: string): string {
    const { read, stack: { parameters, templateFile } } = this.artifact(execution, place);
    return JSON.stringify([read(templateFile), parameters]);
  }

  private artifact(execution: Execution, place: string) {
    const files = unzipSync(this.props.s3.get(`s3://${PIPELINE_BUCKET}/${artifactKey(execution)}`)!);
    const read = (name: string) => strFromU8(files[name]!);
    const { stacks: [stack] } = JSON.parse(read(RELEASE_FILES.stacks(place))) as { readonly stacks: readonly [Pick<PlacedStack, 'templateFile'> & Pick<Deployment, 'parameters'>] };
    return { read, stack };
  }

  /** The Deploy action of an execution said that it delivered: the stack has its content then, unless others change it at this very time. */
  public delivered(environment: string, place: string, execution: Execution, since: number): void {
    const deployment = this.release(execution, place);
    const live = this.stacks.live(place);
    const parameters = Object.fromEntries((live?.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]));
    const isLive = Object.entries(deployment.parameters).every(([name, value]) => parameters[name] === value)
      && Object.keys(parameters).length === Object.keys(deployment.parameters).length;
    // What a worker answers after its execution ended concerns no one: a later execution may have deployed meanwhile.
    if (!isLive && execution.isActive && this.lastMeddled < since) {
      throw new Violation('delivered means delivered', `${place} has ${JSON.stringify(parameters)} after ${execution.id} delivered ${JSON.stringify(deployment.parameters)}`);
    }
    if (isLive) {
      const before = this.live(place);
      this.meddled.delete(place);
      // A worker of an execution that ended long ago finds the stack as it would have it: what a later one brought is there as well.
      if (before === undefined || before.execution.order <= execution.order || JSON.stringify(before.parameters) !== JSON.stringify(deployment.parameters)) {
        this.deployed.set(place, deployment);
      }
    }
    this.props.monitor.deployed(environment, place, deployment);
  }
}

const STUCK: readonly string[] = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED'];

/** Name of change sets of others. */
const OTHERS = 'others';

function content(input: CreateChangeSetInput | undefined): string | undefined {
  return input && JSON.stringify([input.TemplateBody, input.Parameters ?? []]);
}

/** A resource for each parameter, and one that the rest of the template is. */
function changes(live: CreateChangeSetInput | undefined, input: CreateChangeSetInput): Change[] {
  const values = ({ Parameters: parameters = [] }: Pick<CreateChangeSetInput, 'Parameters'>) => new Map(parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey!, ParameterValue]));
  const [before, after] = [values(live ?? {}), values(input)];
  const isOther = live?.TemplateBody !== input.TemplateBody || [...before.keys()].some((name) => !after.has(name));
  const changed = [...after].filter(([name, value]) => !before.has(name) || before.get(name) !== value);
  return [
    ...(isOther ? [change('Everything', live === undefined ? 'Add' : 'Modify')] : []),
    ...changed.map(([name]) => change(`Of${name}`, before.has(name) ? 'Modify' : 'Add')),
  ];
}

function change(logicalId: string, action: 'Add' | 'Modify'): Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      ResourceType: 'AWS::SQS::Queue',
      Scope: [],
      Details: [],
      ...(action === 'Add' ? {} : { Replacement: 'False' }),
    },
  };
}
