import { NotEmulatedError } from '../activity';
import { attributeOf, nameProperty, physicalName, refOf, ResourceIdentity } from './identities';
import { Intrinsics } from './intrinsics';
import { Assembly, AssemblyStack } from './manifest';
import { EMULATED, NOT_EMULATED_PROPERTIES, NOT_NEEDED } from './resource-types';

/** A resource to bring to life, its properties free of template functions. */
export interface Resource<Properties = Record<string, unknown>> {
  readonly type: string;
  readonly logicalId: string;
  readonly name: string;
  /** Empty where the type has none. */
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly properties: Properties;
}

/**
 * The emulated resources of all stacks, properties resolved.
 *
 * @throws NotEmulatedError for a resource type that is neither emulated nor known to need no emulation, or a property that would have no effect
 */
export function resolveResources(assembly: Assembly): Resource[] {
  const scopes: StackScope[] = assembly.stacks.map((stack) => new StackScope(stack, (name) => importValue(scopes, stack, name)));
  return scopes.flatMap((scope) => scope.resources());
}

function importValue(scopes: StackScope[], importer: AssemblyStack, name: string): unknown {
  for (const scope of scopes) {
    if (scope.stack.account === importer.account && scope.stack.region === importer.region) {
      const value = scope.exported(name);
      if (value !== undefined) {
        return value;
      }
    }
  }
  throw new Error(`Stack '${importer.name}' imports '${name}', which no stack of the assembly exports in ${importer.account}/${importer.region}.`);
}

/** One stack's names and values, computed when asked for: references may point forward. */
class StackScope {
  private readonly intrinsics: Intrinsics;

  constructor(public readonly stack: AssemblyStack, importFrom: (name: string) => unknown) {
    this.intrinsics = new Intrinsics(stack, {
      ref: (logicalId) => refOf(this.identity(logicalId)),
      attribute: (logicalId, attribute) => attributeOf(this.identity(logicalId), attribute),
      importValue: importFrom,
    });
  }

  public resources(): Resource[] {
    const resources: Resource[] = [];
    for (const [logicalId, { Type: type, Condition: condition, Properties: properties }] of Object.entries(this.stack.template.Resources ?? {})) {
      if (!this.intrinsics.holds(condition) || type in NOT_NEEDED) {
        continue;
      }
      if (!EMULATED.has(type)) {
        throw new NotEmulatedError(`resource type ${type} (${logicalId} in stack ${this.stack.name})`);
      }
      const identity = this.identity(logicalId);
      const resolved = (this.intrinsics.resolve(properties) ?? {}) as Record<string, unknown>;
      const surplus = NOT_EMULATED_PROPERTIES[type]?.find((property) => resolved[property] !== undefined);
      if (surplus !== undefined) {
        throw new NotEmulatedError(`property ${surplus} of ${type} (${logicalId} in stack ${this.stack.name})`);
      }
      resources.push({
        type,
        logicalId,
        name: physicalName(identity),
        arn: arnOf(identity),
        account: this.stack.account,
        region: this.stack.region,
        properties: resolved,
      });
    }
    return resources;
  }

  public exported(name: string): unknown {
    const outputs = Object.values(this.stack.template.Outputs ?? {}).filter(({ Condition }) => this.intrinsics.holds(Condition));
    const output = outputs.find(({ Export: exported }) => exported !== undefined && this.intrinsics.resolve(exported.Name) === name);
    return output && this.intrinsics.resolve(output.Value);
  }

  private identity(logicalId: string): ResourceIdentity {
    const resource = this.stack.template.Resources?.[logicalId];
    if (resource === undefined) {
      throw new Error(`Template of stack '${this.stack.name}' refers to '${logicalId}', which it does not declare.`);
    }
    const property = nameProperty(resource.Type);
    const explicitName = property === undefined ? undefined : this.intrinsics.resolve(resource.Properties?.[property]);
    return {
      type: resource.Type,
      logicalId,
      stackName: this.stack.name,
      account: this.stack.account,
      region: this.stack.region,
      ...(explicitName === undefined ? {} : { explicitName: String(explicitName) }),
    };
  }
}

function arnOf(identity: ResourceIdentity): string {
  if (identity.type === 'AWS::CodePipeline::Pipeline') {
    return `arn:aws:codepipeline:${identity.region}:${identity.account}:${physicalName(identity)}`;
  }
  return identity.type === 'AWS::Lambda::EventInvokeConfig' ? '' : attributeOf(identity, 'Arn');
}
