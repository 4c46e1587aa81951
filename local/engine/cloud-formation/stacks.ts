import { changedNames, ChangeSet, ChangeSetOptions, makeChangeSet } from './change-set';
import { updatesBetween } from './changes';
import { CodeDigest, Published, publishVersions } from './lambda-versions';
import { nestedStacks } from './nested-stacks';
import { Deployable, deployable, filled, nestedDeployable, nestedPlace, Stack, StackPlace, TemplateReader } from './stack';
import { StackError } from './template-parameters';

export type { ChangeSet, ChangeSetOptions, Stack, StackPlace };
export { StackError };

/** CloudFormation's stacks and change sets, as far as templates, parameters and nested stacks go: no resource is made. */
export class Stacks {
  private readonly stacks = new Map<string, Stack>();
  /** Those of nested stacks are here as well. */
  private readonly changeSets = new Map<string, ChangeSet>();

  /** What each stack's functions have published. */
  private readonly published = new Map<string, Published>();

  /**
   * @param readTemplate reads the templates of nested stacks
   * @param codeDigest tells the code of functions apart; without it, where the code is does
   */
  constructor(private readonly readTemplate: TemplateReader, private readonly codeDigest: CodeDigest = () => undefined) {}

  /** All stacks, in the order of their creation, nested ones after the stack that they are in. */
  public all(): Stack[] {
    return [...this.stacks.values()];
  }

  public find(place: StackPlace): Stack | undefined {
    return this.stacks.get(stackKey(place));
  }

  /** What the stack's outputs are. */
  public outputs(stack: Stack): Readonly<Record<string, string>> {
    return filled(stack, stack.name).outputs;
  }

  /** What has been made and neither executed nor deleted. */
  public allChangeSets(): ChangeSet[] {
    return [...this.changeSets.values()];
  }

  public findChangeSet(place: StackPlace, changeSet: string): ChangeSet | undefined {
    return this.changeSets.get(changeSetKey(place, changeSet));
  }

  /** The one with this ARN. */
  public findChangeSetById(id: string): ChangeSet | undefined {
    return this.allChangeSets().find((changeSet) => changeSet.id === id);
  }

  /** Deletes a change set and those of its nested stacks, if it is there. @throws StackError for one that is nested itself */
  public deleteChangeSet(place: StackPlace, changeSet: string): void {
    const found = this.findChangeSet(place, changeSet);
    if (found !== undefined) {
      requireRoot(found, 'deleted');
      this.forget(found);
    }
  }

  /** Makes a change set, in place of one of that name. @throws StackError */
  public replaceChangeSet(place: StackPlace, changeSet: string, template: string, configuration?: string, options: ChangeSetOptions = {}): void {
    const made = makeChangeSet({ place, name: changeSet, content: deployable(template, configuration), options }, {
      stack: (wanted) => this.find(wanted), readTemplate: this.readTemplate,
    });
    if (!this.stacks.has(stackKey(place))) {
      this.stacks.set(stackKey(place), { ...place, status: 'REVIEW_IN_PROGRESS', template: '', parameters: {}, tags: {} });
    }
    this.deleteChangeSet(place, changeSet);
    this.keep(made);
  }

  /**
   * Executes a change set, with its nested stacks; it is gone then. One without changes counts as executed: how CodePipeline treats it
   * is not documented.
   *
   * @throws StackError
   */
  public executeChangeSet(place: StackPlace, changeSet: string): void {
    const found = this.findChangeSet(place, changeSet);
    if (found === undefined) {
      throw new StackError(`ChangeSet [${changeSet}] does not exist`);
    }
    requireRoot(found, 'executed');
    // Executing one deletes all others of the stack.
    for (const [key, other] of this.changeSets) {
      if (key.startsWith(changeSetKey(place, ''))) {
        this.forget(other);
      }
    }
    this.storeAll(place, found.content);
  }

  /** Creates or updates a stack at once. @throws StackError */
  public deploy(place: StackPlace, template: string, configuration?: string): void {
    this.storeAll(place, deployable(template, configuration));
  }

  private keep(changeSet: ChangeSet): void {
    this.changeSets.set(changeSetKey(changeSet.place, changeSet.name), changeSet);
    changeSet.nested.forEach((nested) => this.keep(nested));
  }

  private forget(changeSet: ChangeSet): void {
    this.changeSets.delete(changeSetKey(changeSet.place, changeSet.name));
    changeSet.nested.forEach((nested) => this.forget(nested));
  }

  /** A stack with all that are nested in it, or none of them: a failure rolls all back. */
  private storeAll(place: StackPlace, content: Deployable): void {
    const [stacks, published] = [new Map(this.stacks), new Map(this.published)];
    try {
      this.store(place, content);
    } catch (error) {
      restore(this.stacks, stacks);
      restore(this.published, published);
      throw error;
    }
  }

  private store(place: StackPlace, content: Deployable, parent?: string): void {
    const nested = nestedStacks(filled(content, place.name).resources, place.name)
      .map((stack) => ({ place: nestedPlace(place, stack.logicalId), content: nestedDeployable(stack, content, this.readTemplate) }));
    this.published.set(stackKey(place), this.publish(place, content));
    const status = this.find(place)?.status ?? 'REVIEW_IN_PROGRESS';
    this.stacks.set(stackKey(place), {
      ...place, ...content, status: status === 'REVIEW_IN_PROGRESS' ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE', ...(parent === undefined ? {} : { parent }),
    });
    nested.forEach((stack) => this.store(stack.place, stack.content, place.name));
    const kept = new Set(nested.map((stack) => stackKey(stack.place)));
    this.nestedIn(place).filter((stack) => !kept.has(stackKey(stack))).forEach((stack) => this.remove(stack));
  }

  /** @throws StackError where a version is to be published of a function that has not changed */
  private publish(place: StackPlace, content: Deployable): Published {
    const current = this.find(place);
    const [before, after] = [filled(current, place.name), filled(content, place.name)];
    const updates = updatesBetween({ before, after, stackName: place.name, changedParameters: changedNames(current?.parameters ?? {}, content.parameters) });
    const fresh = Object.keys(after.resources).filter((id) => before.resources[id] === undefined || updates.get(id)?.replacement === 'True');
    return publishVersions(after.resources, new Set(fresh), this.published.get(stackKey(place)) ?? new Map(), this.codeDigest);
  }

  private remove(stack: Stack): void {
    this.nestedIn(stack).forEach((nested) => this.remove(nested));
    this.stacks.delete(stackKey(stack));
    this.published.delete(stackKey(stack));
  }

  private nestedIn({ account, region, name }: StackPlace): Stack[] {
    return this.all().filter((stack) => stack.parent === name && stack.account === account && stack.region === region);
  }
}

function restore<V>(map: Map<string, V>, earlier: ReadonlyMap<string, V>): void {
  map.clear();
  earlier.forEach((value, key) => map.set(key, value));
}

/** CloudFormation touches change sets of nested stacks through the root's alone. */
function requireRoot({ id, ancestors: [root] }: ChangeSet, what: 'deleted' | 'executed'): void {
  if (root !== undefined) {
    throw new StackError(`ChangeSet [${id}] is of a nested stack and can only be ${what} with its root change set [${root}]`);
  }
}

function stackKey({ account, region, name }: StackPlace): string {
  return `${account}/${region}/${name}`;
}

function changeSetKey(place: StackPlace, changeSet: string): string {
  return `${stackKey(place)}/${changeSet}`;
}
