import { parameterValues, parseConfiguration, parseTemplate, StackError } from './template-parameters';

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

/** CloudFormation's stacks and change sets, as far as parameters go: no resource is made. */
export class Stacks {
  private readonly stacks = new Map<string, Stack>();
  private readonly changeSets = new Map<string, Deployable>();

  /** All stacks, in the order of their creation. */
  public all(): Stack[] {
    return [...this.stacks.values()];
  }

  /** Makes a change set, in place of one of that name. @throws StackError */
  public replaceChangeSet(place: StackPlace, changeSet: string, template: string, configuration?: string): void {
    const content = deployable(template, configuration);
    if (!this.stacks.has(stackKey(place))) {
      this.stacks.set(stackKey(place), { ...place, status: 'REVIEW_IN_PROGRESS', template: '', parameters: {}, tags: {} });
    }
    this.changeSets.set(changeSetKey(place, changeSet), content);
  }

  /**
   * Executes a change set, which is gone then. One without changes counts as executed: how CodePipeline treats it is not documented.
   *
   * @throws StackError
   */
  public executeChangeSet(place: StackPlace, changeSet: string): void {
    const content = this.changeSets.get(changeSetKey(place, changeSet));
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

  private store(place: StackPlace, content: Deployable): void {
    const status = this.stacks.get(stackKey(place))?.status ?? 'REVIEW_IN_PROGRESS';
    this.stacks.set(stackKey(place), { ...place, ...content, status: status === 'REVIEW_IN_PROGRESS' ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE' });
  }
}

function deployable(template: string, configuration: string | undefined): Deployable {
  const { Parameters = {}, Tags = {} } = configuration === undefined ? {} : parseConfiguration(configuration);
  return { template, parameters: parameterValues(parseTemplate(template).parameters, Parameters), tags: Tags };
}

function stackKey({ account, region, name }: StackPlace): string {
  return `${account}/${region}/${name}`;
}

function changeSetKey(place: StackPlace, changeSet: string): string {
  return `${stackKey(place)}/${changeSet}`;
}
