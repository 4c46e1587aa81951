import { NotEmulatedError } from '../activity';
import { AssemblyStack } from './manifest';

/** What a template's functions refer to outside the expression itself. */
export interface References {
  /** Physical ID of a resource. */
  ref(logicalId: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
}

/** Stands for `AWS::NoValue` until the property or element that holds it is dropped. */
const NO_VALUE = Symbol('AWS::NoValue');

/** Evaluates a template's intrinsic functions. */
export class Intrinsics {
  constructor(private readonly stack: AssemblyStack, private readonly references: References) {}

  /** The value with every function replaced by its result. */
  public resolve(value: unknown): unknown {
    const resolved = this.evaluate(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Whether a resource or output under this condition exists. No condition: it does. */
  public holds(condition: string | undefined): boolean {
    if (condition === undefined) {
      return true;
    }
    const expression = this.stack.template.Conditions?.[condition];
    if (expression === undefined) {
      throw this.error(`condition '${condition}' is not declared`);
    }
    return this.test(expression);
  }

  private evaluate(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((element) => this.evaluate(element)).filter((element) => element !== NO_VALUE);
    }
    if (value === null || typeof value !== 'object') {
      return value;
    }
    const entries = Object.entries(value);
    if (entries.length === 1 && (entries[0][0] === 'Ref' || entries[0][0].startsWith('Fn::'))) {
      return this.call(entries[0][0], entries[0][1]);
    }
    return Object.fromEntries(entries.map(([key, child]) => [key, this.evaluate(child)]).filter(([, child]) => child !== NO_VALUE));
  }

  private call(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref': return this.ref(String(argument));
      case 'Fn::GetAtt': return this.getAtt(argument);
      case 'Fn::Join': return this.join(argument);
      case 'Fn::Sub': return this.sub(argument);
      case 'Fn::Select': return this.select(argument);
      case 'Fn::Split': return this.split(argument);
      case 'Fn::If': return this.if(argument);
      case 'Fn::FindInMap': return this.findInMap(argument);
      case 'Fn::ImportValue': return this.references.importValue(String(this.evaluate(argument)));
      case 'Fn::Base64': return Buffer.from(String(this.evaluate(argument))).toString('base64');
      case 'Fn::GetAZs': return ['a', 'b', 'c'].map((zone) => `${String(this.evaluate(argument)) || this.stack.region}${zone}`);
      default: throw new NotEmulatedError(`the template function ${name} (stack ${this.stack.name})`);
    }
  }

  private ref(name: string): unknown {
    const pseudo: Record<string, unknown> = {
      'AWS::AccountId': this.stack.account,
      'AWS::Region': this.stack.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': this.stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${this.stack.region}:${this.stack.account}:stack/${this.stack.name}/00000000-0000-0000-0000-000000000000`,
      'AWS::NoValue': NO_VALUE,
      'AWS::NotificationARNs': [],
    };
    if (name in pseudo) {
      return pseudo[name];
    }
    const parameter = this.stack.template.Parameters?.[name];
    if (parameter === undefined) {
      return this.references.ref(name);
    }
    const value = this.stack.parameters[name] ?? parameter.Default;
    if (value === undefined) {
      throw this.error(`parameter '${name}' has neither a default nor a value in the assembly`);
    }
    if (parameter.Type.startsWith('AWS::SSM::Parameter::')) {
      throw new NotEmulatedError(`parameter '${name}' of type ${parameter.Type} (stack ${this.stack.name})`);
    }
    return value;
  }

  private getAtt(argument: unknown): unknown {
    const [logicalId, ...path] = typeof argument === 'string' ? argument.split('.') : (argument as unknown[]).map((part) => String(this.evaluate(part)));
    return this.references.attribute(logicalId, path.join('.'));
  }

  private join(argument: unknown): string {
    const [delimiter, parts] = argument as [string, unknown];
    return (this.evaluate(parts) as unknown[]).map((part) => this.text(part, 'Fn::Join')).join(delimiter);
  }

  private sub(argument: unknown): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
    return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (name.startsWith('!')) {
        return `\${${name.slice(1)}}`;
      }
      if (name in variables) {
        return this.text(this.evaluate(variables[name]), 'Fn::Sub');
      }
      return this.text(name.includes('.') ? this.getAtt(name) : this.ref(name), 'Fn::Sub');
    });
  }

  private select(argument: unknown): unknown {
    const [index, list] = argument as [unknown, unknown];
    const elements = this.evaluate(list) as unknown[];
    const position = Number(this.evaluate(index));
    if (elements[position] === undefined) {
      throw this.error(`Fn::Select of element ${position} from a list of ${elements.length}`);
    }
    return elements[position];
  }

  private split(argument: unknown): string[] {
    const [delimiter, text] = argument as [string, unknown];
    return this.text(this.evaluate(text), 'Fn::Split').split(delimiter);
  }

  private if(argument: unknown): unknown {
    const [condition, then, otherwise] = argument as [string, unknown, unknown];
    return this.evaluate(this.holds(condition) ? then : otherwise);
  }

  private findInMap(argument: unknown): unknown {
    const [map, first, second] = (argument as unknown[]).map((part) => String(this.evaluate(part)));
    const value = this.stack.template.Mappings?.[map]?.[first]?.[second];
    if (value === undefined) {
      throw this.error(`Fn::FindInMap finds nothing at ${map}.${first}.${second}`);
    }
    return value;
  }

  private test(expression: unknown): boolean {
    const [[name, argument]] = Object.entries(expression as Record<string, unknown>);
    const operands = Array.isArray(argument) ? argument : [];
    switch (name) {
      case 'Fn::Equals': return JSON.stringify(this.evaluate(operands[0])) === JSON.stringify(this.evaluate(operands[1]));
      case 'Fn::And': return operands.every((operand) => this.test(operand));
      case 'Fn::Or': return operands.some((operand) => this.test(operand));
      case 'Fn::Not': return !this.test(operands[0]);
      case 'Condition': return this.holds(String(argument));
      default: throw new NotEmulatedError(`the condition function ${name} (stack ${this.stack.name})`);
    }
  }

  private text(value: unknown, where: string): string {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return String(value);
    }
    throw this.error(`${where} needs text, not ${JSON.stringify(value)}`);
  }

  private error(message: string): Error {
    return new Error(`Template of stack '${this.stack.name}': ${message}.`);
  }
}
