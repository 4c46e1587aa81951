import { randomUUID } from 'node:crypto';
import { changedNames, ChangeSet, ChangeSetOptions, makeChangeSet } from './change-set';
import { updatesBetween } from './changes';
import { givenParameter } from './given-parameter';
import { CodeDigest, Published, publishVersions } from './lambda-versions';
import { NESTED_STACK, nestedStacks } from './nested-stacks';
import { HasObject, requireObjects } from './objects';
import { ReadableRegion, readingsOf } from './readings';
import { Deployable, deployable, filled, nestedDeployable, nestedPlace, Stack, StackPlace, TemplateReader } from './stack';
import { OperationState, StackOperations } from './stack-operations';
import { StackError } from './template-parameters';
import { valueText } from './template-values';

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
   * @param hasObject tells whether an object that a resource is made of is there
   */
  constructor(
    private readonly readTemplate: TemplateReader, private readonly codeDigest: CodeDigest = () => undefined,
    private readonly hasObject: HasObject = () => true,
  ) {}

  /** All stacks, in the order of their creation, nested ones after the stack that they are in. */
  public all(): Stack[] {
    const all = [...this.stacks.values()];
    all.forEach(({ operations }) => operations.advance());
    return [...this.stacks.values()];
  }

  public find(place: StackPlace): Stack | undefined {
    this.stacks.get(stackKey(place))?.operations.advance();
    return this.stacks.get(stackKey(place));
  }

  /** The one with this ARN. */
  public findById(id: string): Stack | undefined {
    return this.all().find(({ operations }) => operations.id === id);
  }

  /** What the stack's outputs are. */
  public outputs(stack: Stack): Readonly<Record<string, string>> {
    return filled(stack, stack).outputs;
  }

  /** Names of the stacks of a Region that import an export. */
  public importers(place: StackPlace, name: string): string[] {
    return this.inRegionOf(place).filter(({ readings }) => readings !== undefined && Object.hasOwn(readings.imports, name)).map((stack) => stack.name);
  }

  /** The stack's resources: of nested stacks the physical ID is their ARN. */
  public resources(stack: Stack): { readonly LogicalResourceId: string; readonly PhysicalResourceId: string; readonly ResourceType: string }[] {
    return Object.entries(filled(stack, stack).resources).map(([LogicalResourceId, { Type: ResourceType }]) => ({
      LogicalResourceId,
      PhysicalResourceId: ResourceType === NESTED_STACK ? this.stacks.get(stackKey(nestedPlace(stack, LogicalResourceId)))!.operations.id : `${stack.name}-${LogicalResourceId}`,
      ResourceType,
    }));
  }

  /** Names of its exports, by output. */
  public exports(stack: Stack): Readonly<Record<string, string>> {
    return filled(stack, stack).exports;
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
  public replaceChangeSet(
    place: StackPlace, changeSet: string, template: string, configuration?: string, options: ChangeSetOptions = {}, token?: string,
  ): void {
    const { operations } = this.find(place) ?? {};
    if (operations?.isBusy) {
      throw new StackError(`Stack:${operations.id} is in ${operations.status} state and can not be updated.`);
    }
    const made = makeChangeSet({ place, name: changeSet, content: deployable(template, configuration), options, ...(token === undefined ? {} : { token }) }, {
      stack: (wanted) => this.find(wanted), readTemplate: this.readTemplate, readings: (content, of) => readingsOf(content, of, this.regionOf(of)),
    });
    if (operations === undefined) {
      this.stacks.set(stackKey(place), { ...place, template: '', parameters: {}, tags: {}, operations: newOperations(place) });
    }
    this.deleteChangeSet(place, changeSet);
    this.keep(made);
  }

  /**
   * Begins to execute a change set, with its nested stacks; it is gone when that ends.
   *
   * @param poll says how far the operation is: resources take no time of their own
   * @throws StackError
   */
  public executeChangeSet(place: StackPlace, changeSet: string, token?: string, poll: () => OperationState = () => 'succeeded'): void {
    const stack = this.find(place);
    const found = this.findChangeSet(place, changeSet);
    if (found === undefined || stack === undefined) {
      throw new StackError(`ChangeSet [${changeSet}] does not exist`);
    }
    requireRoot(found, 'executed');
    if (stack.operations.isBusy) {
      throw new StackError(`Stack:${stack.operations.id} is in ${stack.operations.status} state and can not be updated.`);
    }
    stack.operations.begin({
      token,
      poll: () => {
        const state = poll();
        return state === 'succeeded' ? this.stored(place, found.content) : state;
      },
      onEnd: () => {
        // Executing one deletes all others of the stack.
        for (const [key, other] of this.changeSets) {
          if (key.startsWith(changeSetKey(place, ''))) {
            this.forget(other);
          }
        }
      },
    });
    stack.operations.advance();
  }

  /** Creates or updates a stack at once. @throws StackError */
  public deploy(place: StackPlace, template: string, configuration?: string): void {
    const content = deployable(template, configuration);
    if (this.find(place) === undefined) {
      this.stacks.set(stackKey(place), { ...place, template: '', parameters: {}, tags: {}, operations: newOperations(place) });
    }
    const { operations } = this.find(place)!;
    operations.begin({ token: undefined, poll: () => this.stored(place, content), onEnd: () => undefined });
    operations.advance();
    requireDone(operations);
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
  private stored(place: StackPlace, content: Deployable): OperationState {
    const [stacks, published] = [new Map(this.stacks), new Map(this.published)];
    try {
      this.store(place, content);
      return 'succeeded';
    } catch (error) {
      restore(this.stacks, stacks);
      restore(this.published, published);
      if (!(error instanceof StackError)) {
        throw error;
      }
      return { logicalId: /^Resource (\w+):/.exec(error.message)?.[1] ?? place.name, type: 'AWS::CloudFormation::Stack', reason: error.message };
    }
  }

  private store(place: StackPlace, asked: Deployable, parent?: string): void {
    const content = { ...asked, readings: readingsOf(asked, place, this.regionOf(place)) };
    this.requireExports(place, content);
    const nested = nestedStacks(filled(content, place).resources, place.name)
      .map((stack) => ({ place: nestedPlace(place, stack.logicalId), content: nestedDeployable(stack, content, this.readTemplate) }));
    this.published.set(stackKey(place), this.publish(place, content));
    const { operations = newOperations(place) } = this.stacks.get(stackKey(place)) ?? {};
    this.stacks.set(stackKey(place), { ...place, ...content, operations, ...(parent === undefined ? {} : { parent }) });
    if (parent !== undefined) {
      operations.begin({ token: undefined, poll: () => 'succeeded', onEnd: () => undefined });
      operations.advance();
    }
    nested.forEach((stack) => this.store(stack.place, stack.content, place.name));
    const kept = new Set(nested.map((stack) => stackKey(stack.place)));
    this.nestedIn(place).filter((stack) => !kept.has(stackKey(stack))).forEach((stack) => this.remove(stack));
  }

  /** Exports and parameters of Systems Manager that the stacks of a Region have made. */
  private regionOf(place: StackPlace): ReadableRegion {
    const own = this.inRegionOf(place);
    return {
      exported: (name) => own.flatMap((stack) => Object.entries(this.exports(stack)).filter(([, exported]) => exported === name)
        .map(([output]) => this.outputs(stack)[output]))[0],
      parameter: (name) => givenParameter(name) ?? own.flatMap((stack) => Object.values(filled(stack, stack).resources)
        .filter(({ Type, Properties }) => Type === 'AWS::SSM::Parameter' && valueText(Properties?.Name, stack.name) === name)
        .map(({ Properties }) => valueText(Properties?.Value, stack.name)))[0],
    };
  }

  private inRegionOf(place: StackPlace): Stack[] {
    return [...this.stacks.values()].filter(({ account, region }) => account === place.account && region === place.region);
  }

  /** @throws StackError where an export that another stack imports would go or have another value, or another stack has its name */
  private requireExports(place: StackPlace, content: Deployable): void {
    const current = this.stacks.get(stackKey(place));
    const others = this.inRegionOf(place).filter((stack) => stackKey(stack) !== stackKey(place));
    const exportsOf = (one: Deployable | undefined) => {
      const { outputs, exports } = filled(one, place);
      return new Map(Object.entries(exports).map(([output, name]) => [name, outputs[output]]));
    };
    const after = exportsOf(content);
    for (const [name, value] of exportsOf(current)) {
      const user = others.find(({ readings }) => readings !== undefined && Object.hasOwn(readings.imports, name));
      if (user !== undefined && after.get(name) !== value) {
        throw new StackError(`Export ${name} cannot be ${after.has(name) ? 'updated' : 'deleted'} as it is in use by ${user.name}`);
      }
    }
    for (const name of after.keys()) {
      const owner = others.find((stack) => Object.values(this.exports(stack)).includes(name));
      if (owner !== undefined) {
        throw new StackError(`Export with name ${name} is already exported by stack ${owner.name}`);
      }
    }
  }

  /** @throws StackError where a version is to be published of a function that has not changed */
  private publish(place: StackPlace, content: Deployable): Published {
    const current = this.stacks.get(stackKey(place));
    const [before, after] = [filled(current, place), filled(content, place)];
    const updates = updatesBetween({ before, after, stackName: place.name, changedParameters: changedNames(current?.parameters ?? {}, content.parameters) });
    const fresh = Object.keys(after.resources).filter((id) => before.resources[id] === undefined || updates.get(id)?.replacement === 'True');
    requireObjects(after.resources, [...new Set([...fresh, ...updates.keys()])], this.hasObject);
    return publishVersions(after.resources, new Set(fresh), this.published.get(stackKey(place)) ?? new Map(), this.codeDigest);
  }

  private remove(stack: Stack): void {
    this.nestedIn(stack).forEach((nested) => this.remove(nested));
    this.stacks.delete(stackKey(stack));
    this.published.delete(stackKey(stack));
  }

  private nestedIn({ account, region, name }: StackPlace): Stack[] {
    return [...this.stacks.values()].filter((stack) => stack.parent === name && stack.account === account && stack.region === region);
  }
}

function restore<V>(map: Map<string, V>, earlier: ReadonlyMap<string, V>): void {
  map.clear();
  earlier.forEach((value, key) => map.set(key, value));
}

/** @throws StackError with the reason of an operation that was rolled back */
export function requireDone({ name, status, events }: StackOperations): void {
  if (status.includes('ROLLBACK')) {
    throw new StackError(`Stack ${name}: ${events.find(({ ResourceStatus: state }) => state?.endsWith('_FAILED'))?.ResourceStatusReason}: ${status}`);
  }
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

function newOperations({ account, region, name }: StackPlace): StackOperations {
  return new StackOperations(`arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`, name, new Date(), () => new Date(), randomUUID);
}
