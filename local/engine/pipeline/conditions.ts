import { PipelineVariables, resolveVariables } from './variables';
import { NotEmulatedError } from '../../activity';

/** What must hold for an execution to enter a stage, and what becomes of it otherwise. */
export interface EntryCondition {
  /** `SKIP`: goes on behind the stage. `FAIL`: ends there. */
  readonly result: 'SKIP' | 'FAIL';
  readonly rules: readonly VariableCheck[];
}

export interface VariableCheck {
  readonly name: string;
  /** Text with references to variables. */
  readonly variable: string;
  readonly operator: keyof typeof OPERATORS;
  readonly value: string;
}

/** A stage's `BeforeEntry`, as the template has it. */
export interface BeforeEntryProperties {
  readonly Conditions?: readonly { readonly Result?: string; readonly Rules?: readonly RuleProperties[] }[];
}

interface RuleProperties {
  readonly Name: string;
  readonly RuleTypeId?: { readonly Provider?: string };
  readonly Configuration?: Readonly<Record<string, string>>;
}

const OPERATORS = {
  EQ: (text: string, value: string) => text === value,
  NE: (text: string, value: string) => text !== value,
  CONTAINS: (text: string, value: string) => text.includes(value),
};

/** @throws NotEmulatedError for rules other than VariableCheck, and operators other than EQ, NE and CONTAINS */
export function entryConditions({ Conditions: conditions = [] }: BeforeEntryProperties, stage: string): EntryCondition[] {
  return conditions.map(({ Result: result, Rules: rules = [] }) => {
    if (result !== 'SKIP' && result !== 'FAIL') {
      throw new NotEmulatedError(`entry condition with result ${result} of stage '${stage}'`, 'SKIP and FAIL are.');
    }
    return { result, rules: rules.map((rule) => variableCheck(rule, stage)) };
  });
}

function variableCheck({ Name: name, RuleTypeId: type, Configuration: configuration = {} }: RuleProperties, stage: string): VariableCheck {
  const { Variable: variable, Operator: operator, Value: value } = configuration;
  if (type?.Provider !== 'VariableCheck') {
    throw new NotEmulatedError(`rule '${name}' of type ${type?.Provider} of stage '${stage}'`);
  }
  if (!isOperator(operator)) {
    throw new NotEmulatedError(`operator ${operator} of rule '${name}' of stage '${stage}'`, `${Object.keys(OPERATORS).join(', ')} are.`);
  }
  return { name, variable, operator, value };
}

function isOperator(name: string): name is keyof typeof OPERATORS {
  return Object.hasOwn(OPERATORS, name);
}

/**
 * The first condition that doesn't hold; `undefined`: the stage is entered.
 *
 * @throws UnknownVariableError
 */
export function unmetCondition(conditions: readonly EntryCondition[], variables: PipelineVariables): EntryCondition | undefined {
  return conditions.find(({ rules }) => !rules.every(({ variable, operator, value }) =>
    OPERATORS[operator](resolveVariables(variable, variables), resolveVariables(value, variables))));
}
