import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { componentId } from '../../core/names';
import { digestOf } from '../../private/digest';

/** Tags of a build's role, by which the policy that all roles share tells what is the build's own. */
export const ROLE_TAGS = { component: 'modular-pipeline:component', id: 'modular-pipeline:component-id' } as const;

/** What a policy writes for the value of a tag of anyone who calls. */
export function callersTag(tag: string): string {
  return `\${aws:PrincipalTag/${tag}}`;
}

const HASH_LENGTH = 8;

/**
 * Names that are known at synth: the builds function finds roles and projects by them, so that no list of ARNs has to be handed from nested stack
 * to nested stack. They tell pipelines, Regions and numbers of nested stacks apart: what moves gets a new name next to the old.
 */
export class FanOutNames {
  private readonly unique: string;

  constructor(scope: Construct, private readonly solution: string, nestedStacks: number) {
    const { region } = Stack.of(scope);
    this.unique = digestOf([scope.node.addr, Token.isUnresolved(region) ? '' : region, nestedStacks]).slice(0, HASH_LENGTH);
  }

  /** Path of the roles of all components: what may be handed to builds. */
  public get rolePath(): string {
    return `/modular-pipeline/${this.solution}/${this.unique}/`;
  }

  /** At most 57 of the 64 characters that IAM allows. */
  public role(component: string): string {
    return `${this.unique}-${componentId(component)}`;
  }

  /** Beginning of the names of all projects. */
  public get projectPrefix(): string {
    return `${this.stateMachine}-`;
  }

  /** @param settings digest of what tells the project from others */
  public project(settings: string): string {
    return `${this.projectPrefix}${settings.slice(0, HASH_LENGTH)}`;
  }

  public get stateMachine(): string {
    return `${this.solution.replaceAll('.', '-')}-${this.unique}`;
  }

  /** ARN of the state machine, or what the ARNs of its runs begin with. */
  public arn(stack: Stack, resource: 'stateMachine' | 'execution'): string {
    return stack.formatArn({ service: 'states', resource, resourceName: this.stateMachine, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }
}

/** The nested stack that something belongs to: it depends on its name alone, so that others come and go without moving it. */
export function partOf(name: string, parts: number): number {
  return Number.parseInt(digestOf(name).slice(0, HASH_LENGTH), 16) % parts;
}
