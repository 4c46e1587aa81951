import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Resource { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }

/** An action as the template has it. */
export interface TemplateAction {
  readonly stage: string;
  readonly name: string;
  /** Such as `Invoke/Lambda`. */
  readonly kind: string;
  readonly runOrder: number;
  /** Its configuration as JSON, references included. */
  readonly configuration: string;
  /** Of the function that it invokes. */
  readonly memoryMegabytes?: number;
}

/** What a synthesized pipeline is made of, as far as it costs or takes time. */
export interface PipelineTemplate {
  readonly actions: readonly TemplateAction[];
  /** Compute type of its builds. */
  readonly computeType: string;
  /** Memory of the largest function that a schedule or a state machine invokes. */
  readonly functionMegabytes: number;
  /** Minutes between two scheduled looks; absent where no schedule looks. */
  readonly scheduleMinutes?: number;
  readonly alarms: number;
  readonly keys: number;
}

interface Action {
  readonly Name: string;
  readonly RunOrder?: number;
  readonly ActionTypeId: { readonly Category: string; readonly Provider: string };
  readonly Configuration?: unknown;
}

/** Reads the one pipeline of a cloud assembly. */
export function readTemplate(directory: string): PipelineTemplate {
  const resources = templatesOf(directory).flatMap((file) => (
    Object.entries((JSON.parse(readFileSync(file, 'utf8')) as { Resources?: Record<string, Resource> }).Resources ?? {})));
  const of = (type: string) => resources.filter(([, { Type }]) => Type === type);
  const [[, pipeline], ...others] = of('AWS::CodePipeline::Pipeline');
  if (pipeline === undefined || others.length > 0) {
    throw new Error(`${directory} has ${others.length + 1} pipelines: one is priced at a time.`);
  }
  const memory = new Map(of('AWS::Lambda::Function').map(([id, { Properties }]) => [id, (Properties?.MemorySize as number | undefined) ?? 128]));
  const stages = pipeline.Properties!.Stages as readonly { readonly Name: string; readonly Actions: readonly Action[] }[];
  const computeTypes = of('AWS::CodeBuild::Project').map(([, { Properties }]) => (Properties!.Environment as { ComputeType: string }).ComputeType);
  const schedule = of('AWS::Events::Rule').flatMap(([, { Properties }]) => /^rate\((\d+) (minute|hour)s?\)$/.exec(`${Properties?.ScheduleExpression as string}`) ?? []);
  return {
    actions: stages.flatMap(({ Name: stage, Actions }) => Actions.map((action) => templateAction(stage, action, memory))),
    computeType: mostFrequent(computeTypes),
    functionMegabytes: Math.max(128, ...memory.values()),
    ...(schedule.length === 0 ? {} : { scheduleMinutes: Number(schedule[1]) * (schedule[2] === 'hour' ? 60 : 1) }),
    alarms: of('AWS::CloudWatch::Alarm').length,
    keys: of('AWS::KMS::Key').length,
  };
}

/** Of the pipeline's stack and its nested ones: what stages deploy lies in folders of its own. */
function templatesOf(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('template.json')).map((name) => join(directory, name));
}

function templateAction(stage: string, action: Action, memory: ReadonlyMap<string, number>): TemplateAction {
  const { Name: name, RunOrder: runOrder = 1, ActionTypeId: { Category: category, Provider: provider } } = action;
  const configuration = JSON.stringify(action.Configuration ?? {});
  const invoked = provider === 'Lambda' ? [...memory].find(([id]) => configuration.includes(`"Ref":"${id}"`)) : undefined;
  return { stage, name, kind: `${category}/${provider}`, runOrder, configuration, ...(invoked === undefined ? {} : { memoryMegabytes: invoked[1] }) };
}

function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  names.forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'BUILD_GENERAL1_SMALL';
}
