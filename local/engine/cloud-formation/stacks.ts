import { randomUUID } from 'node:crypto';
import type { Change, RollbackConfiguration } from '@aws-sdk/client-cloudformation';
import { changesBetween } from './changes';
import { parameterValues, parseConfiguration, parseTemplate, StackError } from './template-parameters';
import { fillTemplate } from './template-values';

export { StackError };

export interface StackPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export interface Stack extends StackPlace {
  readonly status: 'REVIEW_IN_PROGRESS' | 'CREATE_COMPLETE' | 'UPDATE_COMPLETE';
  /** As deployed; empty while in review. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

type Deployable = Pick<Stack, 'template' | 'parameters' | 'tags'>;

/** What a change set may ask for beside its content. */
export interface ChangeSetOptions {
  readonly includeNestedStacks?: boolean;
  readonly rollback?: RollbackConfiguration;
}

export interface ChangeSet extends ChangeSetOptions {
  readonly id: string;
  readonly name: string;
  readonly content: Deployable;
  readonly created: Date;
  readonly changes: readonly Change[];
  /** Nothing would change: CloudFormation calls such a change set failed. */
  readonly empty: boolean;
}

/** CloudFormation's stacks and change sets, as far as templates and parameters go: no resource is made. */
export class Stacks {
  private readonly stacks = new Map<string, Stack>();
  private readonly changeSets = new Map<string, ChangeSet>();

  /** All stacks, in the order of their creation. */
  public all(): Stack[] {
    return [...this.stacks.values()];
  }

  public find(place: StackPlace): Stack | undefined {
    return this.stacks.get(stackKey(place));
  }

  /** What the stack's outputs are. */
  public outputs(stack: Stack): Readonly<Record<string, string>> {
    return stack.template === '' ? {} : fillTemplate(stack.template, stack.parameters, stack.name).outputs;
  }

  public findChangeSet(place: StackPlace, changeSet: string): ChangeSet | undefined {
    return this.changeSets.get(changeSetKey(place, changeSet));
  }

  public deleteChangeSet(place: StackPlace, changeSet: string): void {
    this.changeSets.delete(changeSetKey(place, changeSet));
  }

  /** Makes a change set, in place of one of that name. @throws StackError */
  public replaceChangeSet(place: StackPlace, changeSet: string, template: string, configuration?: string, options: ChangeSetOptions = {}): void {
    const content = deployable(template, configuration);
    if (!this.stacks.has(stackKey(place))) {
      this.stacks.set(stackKey(place), { ...place, status: 'REVIEW_IN_PROGRESS', template: '', parameters: {}, tags: {} });
    }
    this.changeSets.set(changeSetKey(place, changeSet), {
      ...options,
      id: `arn:aws:cloudformation:${place.region}:${place.account}:changeSet/${changeSet}/${randomUUID()}`,
      name: changeSet,
      content,
      created: new Date(),
      ...this.difference(place, content),
    });
  }

  /**
   * Executes a change set, which is gone then. One without changes counts as executed: how CodePipeline treats it is not documented.
   *
   * @throws StackError
   */
  public executeChangeSet(place: StackPlace, changeSet: string): void {
    const content = this.findChangeSet(place, changeSet)?.content;
    if (content === undefined) {
      throw new StackError(`ChangeSet [${changeSet}] does not exist`);
    }
    // Executing one deletes all others of the stack.
    for (const key of this.changeSets.keys()) {
      if (key.startsWith(changeSetKey(place, ''))) {
        this.changeSets.delete(key);
      }
    }
    this.store(place, content);
  }

  /** Creates or updates a stack at once. @throws StackError */
  public deploy(place: StackPlace, template: string, configuration?: string): void {
    this.store(place, deployable(template, configuration));
  }

  private difference(place: StackPlace, content: Deployable): Pick<ChangeSet, 'changes' | 'empty'> {
    const current = this.stacks.get(stackKey(place))!;
    const filled = ({ template, parameters }: Deployable) => fillTemplate(template, parameters, place.name);
    const before = current.template === '' ? { resources: {}, outputs: {} } : filled(current);
    return {
      changes: changesBetween(before, filled(content), place.name),
      empty: current.template === content.template && equal(current.parameters, content.parameters) && equal(current.tags, content.tags),
    };
  }

  private store(place: StackPlace, content: Deployable): void {
    const status = this.stacks.get(stackKey(place))?.status ?? 'REVIEW_IN_PROGRESS';
    this.stacks.set(stackKey(place), { ...place, ...content, status: status === 'REVIEW_IN_PROGRESS' ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE' });
  }
}

function deployable(template: string, configuration: string | undefined): Deployable {
  const { Parameters = {}, Tags = {} } = configuration === undefined ? {} : parseConfiguration(configuration);
  return { template, parameters: parameterValues(parseTemplate(template).parameters, Parameters), tags: Tags };
}

function equal(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);
}

function stackKey({ account, region, name }: StackPlace): string {
  return `${account}/${region}/${name}`;
}

function changeSetKey(place: StackPlace, changeSet: string): string {
  return `${stackKey(place)}/${changeSet}`;
}
