import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Place } from './mini-stack';
import { readAssembly } from '../../../local/assembly/manifest';
import { PipelineProperties } from '../../../local/engine/pipeline/definition';

/** Types that MiniStack's CloudFormation does not know: they are left out of what is deployed to it. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'AWS::CodePipeline::Pipeline': 'the local run\'s engine executes its definition, stage by stage, with actions that work on MiniStack',
  'AWS::CodeBuild::ReportGroup': 'builds write no test reports outside of CodeBuild',
};

/** What a state machine asks of CodeBuild, which MiniStack's does not: an activity, for a worker of the tests, takes the place of the task. */
export const BUILD_ACTIVITY = 'start-build';
const START_BUILD = 'states:::codebuild:startBuild.sync';

/** A pipeline that was left out: what its template says, to be completed by what CloudFormation has resolved. */
export interface LeftOutPipeline extends Place {
  readonly stackName: string;
  readonly logicalId: string;
  readonly name: string;
  /** The pipeline's properties, from the values of the stack's outputs. */
  resolve(outputs: Readonly<Record<string, string>>): PipelineProperties;
}

interface TemplateFile {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown>; DependsOn?: string | string[] }>;
  Outputs?: Record<string, { Value: unknown }>;
}

/**
 * Copies an assembly for deployment to MiniStack, without what it does not know. References to that become names; what the properties of a pipeline
 * refer to becomes outputs of its stack, so that CloudFormation resolves it.
 */
export function deployableAssembly(source: string, target: string): { readonly pipelines: readonly LeftOutPipeline[]; readonly leftOut: readonly string[] } {
  cpSync(source, target, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(source, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { properties?: { templateFile?: string; stackName?: string } }>;
  };
  const stacks = readAssembly(source).stacks;
  const pipelines: LeftOutPipeline[] = [];
  const leftOut: string[] = [];
  for (const file of readdirSync(target).filter((name) => name.endsWith('.template.json'))) {
    const [id, artifact] = Object.entries(manifest.artifacts).find(([, { properties }]) => properties?.templateFile === file) ?? [];
    const stack = stacks.find(({ name }) => name === (artifact?.properties?.stackName ?? id));
    const template = JSON.parse(readFileSync(join(target, file), 'utf8')) as TemplateFile;
    const removed = Object.entries(template.Resources).filter(([, { Type: type }]) => Object.hasOwn(LEFT_OUT, type));
    removed.forEach(([logicalId]) => { delete template.Resources[logicalId]; });
    leftOut.push(...removed.map(([logicalId, { Type: type }]) => `${type} ${logicalId}`));
    const place = { account: stack?.account ?? '', region: stack?.region ?? '' };
    const names = new Map(removed.map(([logicalId, { Properties: properties }]) => [logicalId, String(properties?.Name ?? `${stack?.name}-${logicalId}`)]));
    const without = withoutLeftOut(template, names, place) as TemplateFile;
    for (const [logicalId, { Type: type, Properties: properties = {} }] of removed) {
      if (type === 'AWS::CodePipeline::Pipeline') {
        if (stack === undefined) {
          throw new Error(`${file} declares the pipeline ${logicalId}, and is the template of no stack.`);
        }
        const resolve = asOutputs(without, withoutLeftOut(properties, names, place));
        pipelines.push({ ...place, stackName: stack.name, logicalId, name: names.get(logicalId)!, resolve });
      }
    }
    writeFileSync(join(target, file), JSON.stringify(without));
  }
  return { pipelines, leftOut };
}

/** References to what is left out replaced, and the tasks of state machines that MiniStack does not know. */
function withoutLeftOut(value: unknown, names: ReadonlyMap<string, string>, place: Place): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(START_BUILD, `states:${place.region}:${place.account}:activity:${BUILD_ACTIVITY}`);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((element) => withoutLeftOut(element, names, place));
  }
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as { 'Ref'?: string; 'Fn::GetAtt'?: readonly [string, string] };
  if (ref !== undefined && names.has(ref)) {
    return names.get(ref);
  }
  if (attribute !== undefined && names.has(attribute[0])) {
    return `arn:aws:codebuild:${place.region}:${place.account}:report-group/${names.get(attribute[0])}`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [
    key, key === 'DependsOn' && Array.isArray(child) ? child.filter((id: string) => !names.has(id)) : withoutLeftOut(child, names, place),
  ]));
}

/** Adds an output to the template for each expression. @returns what puts the outputs' values in the expressions' place */
function asOutputs(template: TemplateFile, properties: unknown): LeftOutPipeline['resolve'] {
  const outputs = new Map<string, string>();
  const collect = (value: unknown, read: (name: string) => unknown): unknown => {
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if (Array.isArray(value)) {
      return value.map((element) => collect(element, read));
    }
    const [first] = Object.keys(value);
    if (Object.keys(value).length === 1 && (first === 'Ref' || first.startsWith('Fn::'))) {
      const expression = JSON.stringify(value);
      if (!outputs.has(expression)) {
        outputs.set(expression, `OfPipeline${outputs.size + 1}`);
      }
      return read(outputs.get(expression)!);
    }
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, collect(child, read)]));
  };
  collect(properties, (name) => name);
  const added = [...outputs].map(([expression, name]) => [name, { Value: JSON.parse(expression) as unknown }]);
  template.Outputs = { ...template.Outputs, ...Object.fromEntries(added) };
  return (values) => collect(properties, (name) => {
    if (values[name] === undefined) {
      throw new Error(`The stack has no output ${name}.`);
    }
    return values[name];
  }) as PipelineProperties;
}
