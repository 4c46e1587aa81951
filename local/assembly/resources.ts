import { readFileSync } from 'node:fs';
import { NotEmulatedError } from '../activity';
import { attributeOf, hasArn, nameProperty, physicalName, refOf, ResourceIdentity } from './identities';
import { Intrinsics } from './intrinsics';
import { Assembly, AssemblyStack } from './manifest';
import { EMULATED, NOT_EMULATED_PROPERTIES, NOT_NEEDED } from './resource-types';
import { Template } from './template';

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
  return scopesOf(assembly).flatMap((scope) => scope.resources());
}

function scopesOf(assembly: Assembly): StackScope[] {
  const scopes: StackScope[] = assembly.stacks.map((stack) => new StackScope(stack, {
    importFrom: (name) => importValue(scopes, stack, name),
    templateAt: (url) => nestedTemplate(assembly, url),
  }));
  return scopes;
}

/** What the stacks declare, emulated or not, properties resolved: for what is known of resources next to what they do. */
export function resolveDeclared(assembly: Assembly, types: ReadonlySet<string>): Resource[] {
  return scopesOf(assembly).flatMap((scope) => scope.declared(types));
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';
const OUTPUTS = 'Outputs.';

/** The template of a nested stack: a file asset. */
function nestedTemplate(assembly: Assembly, url: string): Template {
  const asset = assembly.assets.find(({ destinations }) => destinations.some(({ bucket, key }) => url.endsWith(`/${bucket}/${key}`)));
  if (asset === undefined) {
    throw new NotEmulatedError(`a nested stack whose template is no asset of the assembly: ${url}`);
  }
  return JSON.parse(readFileSync(asset.path, 'utf8')) as Template;
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

/** What a stack's template leads to outside itself. */
interface Surroundings {
  readonly importFrom: (name: string) => unknown;
  readonly templateAt: (url: string) => Template;
}

/** One stack's names and values, computed when asked for: references may point forward. */
class StackScope {
  private readonly intrinsics: Intrinsics;
  private readonly nestedScopes = new Map<string, StackScope>();

  constructor(public readonly stack: AssemblyStack, private readonly surroundings: Surroundings) {
    this.intrinsics = new Intrinsics(stack, {
      ref: (logicalId) => refOf(this.identity(logicalId)),
      attribute: (logicalId, attribute) => this.attribute(logicalId, attribute),
      importValue: surroundings.importFrom,
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
      if (type === NESTED_STACK) {
        resources.push(...this.nested(logicalId).resources());
        continue;
      }
      const resource = this.resource(logicalId, type, properties, arnOf);
      const surplus = NOT_EMULATED_PROPERTIES[type]?.find((property) => resource.properties[property] !== undefined);
      if (surplus !== undefined) {
        throw new NotEmulatedError(`property ${surplus} of ${type} (${logicalId} in stack ${this.stack.name})`);
      }
      resources.push(resource);
    }
    return resources;
  }

  public declared(types: ReadonlySet<string>): Resource[] {
    const present = Object.entries(this.stack.template.Resources ?? {}).filter(([, { Condition: condition }]) => this.intrinsics.holds(condition));
    return present.flatMap(([logicalId, { Type: type, Properties: properties }]) => {
      if (type === NESTED_STACK) {
        return this.nested(logicalId).declared(types);
      }
      return types.has(type) ? [this.resource(logicalId, type, properties, (identity) => (hasArn(type) ? arnOf(identity) : ''))] : [];
    });
  }

  private resource(logicalId: string, type: string, properties: unknown, arn: (identity: ResourceIdentity) => string): Resource {
    const identity = this.identity(logicalId);
    return {
      type,
      logicalId,
      name: physicalName(identity),
      arn: arn(identity),
      account: this.stack.account,
      region: this.stack.region,
      properties: (this.intrinsics.resolve(properties) ?? {}) as Record<string, unknown>,
    };
  }

  public exported(name: string): unknown {
    const outputs = Object.values(this.stack.template.Outputs ?? {}).filter(({ Condition }) => this.intrinsics.holds(Condition));
    const output = outputs.find(({ Export: exported }) => exported !== undefined && this.intrinsics.resolve(exported.Name) === name);
    return output && this.intrinsics.resolve(output.Value);
  }

  private attribute(logicalId: string, attribute: string): unknown {
    if (this.stack.template.Resources?.[logicalId]?.Type === NESTED_STACK && attribute.startsWith(OUTPUTS)) {
      return this.nested(logicalId).output(attribute.slice(OUTPUTS.length));
    }
    return attributeOf(this.identity(logicalId), attribute);
  }

  private output(name: string): unknown {
    const output = this.stack.template.Outputs?.[name];
    if (output === undefined) {
      throw new Error(`Template of stack '${this.stack.name}' has no output '${name}'.`);
    }
    return this.intrinsics.resolve(output.Value);
  }

  private nested(logicalId: string): StackScope {
    const known = this.nestedScopes.get(logicalId);
    if (known !== undefined) {
      return known;
    }
    const { TemplateURL: url, Parameters: parameters } = this.intrinsics.resolve(this.stack.template.Resources![logicalId].Properties) as {
      readonly TemplateURL: string; readonly Parameters?: Readonly<Record<string, string>>;
    };
    const { account, region } = this.stack;
    const template = this.surroundings.templateAt(url);
    const scope = new StackScope({ name: `${this.stack.name}-${logicalId}`, account, region, template, parameters: parameters ?? {} }, this.surroundings);
    this.nestedScopes.set(logicalId, scope);
    return scope;
  }

  private identity(logicalId: string): ResourceIdentity {
    const resource = this.stack.template.Resources?.[logicalId];
    if (resource === undefined) {
      throw new Error(`Template of stack '${this.stack.name}' refers to '${logicalId}', which it does not declare.`);
    }
    const property = nameProperty(resource.Type);
    const explicitName = property === undefined ? undefined : this.intrinsics.resolve(resource.Properties?.[property]);
    const path = resource.Type.startsWith('AWS::IAM::') ? this.intrinsics.resolve(resource.Properties?.Path) : undefined;
    return {
      type: resource.Type,
      logicalId,
      stackName: this.stack.name,
      account: this.stack.account,
      region: this.stack.region,
      ...(explicitName === undefined ? {} : { explicitName: String(explicitName) }),
      ...(path === undefined ? {} : { path: String(path) }),
    };
  }
}

/** Emulated types that have no ARN. */
const WITHOUT_ARN = new Set([
  'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Route', 'AWS::ApiGatewayV2::Stage', 'AWS::Lambda::EventInvokeConfig',
]);

function arnOf(identity: ResourceIdentity): string {
  if (identity.type === 'AWS::CodePipeline::Pipeline') {
    return `arn:aws:codepipeline:${identity.region}:${identity.account}:${physicalName(identity)}`;
  }
  return WITHOUT_ARN.has(identity.type) ? '' : attributeOf(identity, 'Arn');
}
