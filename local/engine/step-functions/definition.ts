import { NotEmulatedError } from '../../activity';

/** A state of a definition in Amazon States Language, as far as it is looked at here. */
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ItemProcessor?: States & { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly ItemReader?: { readonly Resource: string; readonly Parameters: unknown; readonly ReaderConfig?: { readonly InputType?: string } };
  readonly [field: string]: unknown;
}

export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly [field: string]: unknown;
}

/** Step Functions waits for a task for years where the definition says nothing; the interpreter, for a minute. No timer is longer. */
const NO_TIMEOUT_SECONDS = 2_147_483;

/** Where a Map that reads its items from an object finds them. */
const ITEMS = '$.itemsOfItemReader';

/** What reads the items of the Map of this name. */
export function itemReaderOf(map: string): string {
  return `${map} (ItemReader)`;
}

/** What the interpreter's own language has no word for, said in words that it has. */
export function forInterpreter(definition: States): States {
  if (definition.QueryLanguage !== undefined && definition.QueryLanguage !== 'JSONPath') {
    throw new NotEmulatedError(`the query language ${String(definition.QueryLanguage)} of a state machine`);
  }
  const states: Record<string, State> = {};
  const readers = Object.entries(definition.States).filter(([, { ItemReader: reader }]) => reader !== undefined).map(([name]) => name);
  const start = (name: unknown) => (readers.includes(name as string) ? itemReaderOf(name as string) : name);
  for (const [name, state] of Object.entries(definition.States)) {
    const translated = redirected(translatedState(name, state, states), start);
    states[name] = translated;
  }
  return { ...definition, StartAt: start(definition.StartAt) as string, States: states };
}

function translatedState(name: string, state: State, states: Record<string, State>): State {
  switch (state.Type) {
    case 'Task':
      return { TimeoutSeconds: NO_TIMEOUT_SECONDS, ...state };
    case 'Map':
      return translatedMap(name, state, states);
    case 'Parallel':
      throw new NotEmulatedError(`state '${name}' of type Parallel`);
    default:
      return state;
  }
}

/** A Distributed Map is run as an inline one: what tells them apart are limits that no local run reaches. */
function translatedMap(name: string, state: State, states: Record<string, State>): State {
  const { ItemReader: reader, ItemProcessor: processor, Label: _label, ToleratedFailurePercentage: tolerated, ...map } = state;
  const plain = state.ResultWriter === undefined && state.ItemBatcher === undefined;
  if (processor === undefined || !plain || (tolerated !== undefined && tolerated !== 100)) {
    throw new NotEmulatedError(`Map '${name}': only ItemProcessor, ItemReader and a ToleratedFailurePercentage of 100`);
  }
  const { ProcessorConfig: _config, ...iteration } = processor;
  const translated = { ...map, ItemProcessor: forInterpreter(iteration) } as State;
  if (reader === undefined) {
    return translated;
  }
  if (reader.ReaderConfig?.InputType !== 'JSON' || !reader.Resource.endsWith(':states:::s3:getObject')) {
    throw new NotEmulatedError(`the ItemReader of Map '${name}': only s3:getObject of JSON`);
  }
  states[itemReaderOf(name)] = {
    Type: 'Task', Resource: reader.Resource, TimeoutSeconds: NO_TIMEOUT_SECONDS, Parameters: reader.Parameters, ResultPath: ITEMS, Next: name,
  };
  return { ...translated, ItemsPath: ITEMS };
}

/** The state with every way to a Map that reads its items leading to its reader. */
function redirected(state: State, to: (name: unknown) => unknown): State {
  const way = (value: unknown): unknown => (
    typeof value === 'object' && value !== null && 'Next' in value ? { ...value, Next: to((value as { Next: unknown }).Next) } : value
  );
  return {
    ...state,
    ...(state.Next === undefined ? {} : { Next: to(state.Next) }),
    ...(state.Default === undefined ? {} : { Default: to(state.Default) }),
    ...(Array.isArray(state.Choices) ? { Choices: state.Choices.map(way) } : {}),
    ...(Array.isArray(state.Catch) ? { Catch: state.Catch.map(way) } : {}),
  };
}

/** Names of all states of a type, those inside Maps as well. */
export function statesOf({ States: states }: States, type: string): string[] {
  return Object.entries(states).flatMap(([name, { Type, ItemProcessor: inner }]) => [
    ...(Type === type ? [name] : []), ...(inner === undefined ? [] : statesOf(inner, type)),
  ]);
}

/** All tasks of a definition by the names of their states, those inside Maps as well. */
export function tasksOf({ States: states }: States): Map<string, string> {
  const tasks = new Map<string, string>();
  for (const [name, state] of Object.entries(states)) {
    if (state.Type === 'Task') {
      tasks.set(name, state.Resource!);
    }
    tasksOf(state.ItemProcessor ?? { StartAt: '', States: {} }).forEach((resource, inner) => tasks.set(inner, resource));
  }
  return tasks;
}
