import { readFileSync } from 'node:fs';
import { parseAnswers } from '../change-sets/answer';
import { joinPages } from '../change-sets/change-sets';
import { judgeChangeSets, Judgement } from '../change-sets/judgement';
import { judgeTemplates, TemplateJudgement } from '../change-sets/templates';
import { Command, CommandContext, EXIT, listOption } from '../command';
import { InputError, UsageError } from '../errors';

export const review: Command = {
  usage: 'FILE... [--allow-type TYPES] [--allow-id IDS] [--json] | --template DEPLOYED NEXT',
  summary: 'Says what guard and approval would say of a change set: what is refused, what is deleted or replaced,\nand by what permissions broaden.',
  help: `FILE is the JSON that DescribeChangeSet answers: all of its pages, and those of nested stacks' change sets, in
one file each or in a list; - for standard input. Without --include-property-values CloudFormation does not show
what resources grant, and permissions count as broader.

With --template the files are two templates, in YAML or JSON: the one that is deployed, then the one that is to replace it. What
an application's move to the pipeline would delete or replace is seen before anything is deployed, and which resources come out under another
logical ID. Parameters, imports and nested stacks are taken to stay as they are.

Options:
  --template          compare two templates
  --allow-type TYPES  types that may be deleted and replaced, with commas between them; may be repeated
  --allow-id IDS      logical IDs that may, in nested stacks such as Database/Table; * for all; may be repeated
  --json              print {"refused":[...],"destructive":[...],"broadening":[...],"changes":NUMBER}, each resource
                      with path, type and why

Exit codes: 0 it passes, 10 it would be refused, 2 the input cannot be judged.

Examples:
  aws cloudformation get-template --stack-name shop --query TemplateBody > deployed.json
  cdk-modular-pipeline review --template deployed.json cdk.out/Shop.template.json
  aws cloudformation describe-change-set --stack-name shop --change-set-name next --include-property-values > next.json
  cdk-modular-pipeline review next.json
  cdk-modular-pipeline review root.json nested.json --allow-type AWS::SQS::Queue --allow-id Database/Table --json
`,
  options: { 'allow-type': { type: 'string', multiple: true }, 'allow-id': { type: 'string', multiple: true }, 'json': { type: 'boolean' }, 'template': { type: 'boolean' } },
  positionals: ['FILE'],
  repeats: true,
  async run(values, files, context) {
    const allowances = {
      types: fitting(listOption(values, 'allow-type'), /^[A-Za-z0-9]+::[A-Za-z0-9:_@-]+$/, '--allow-type takes CloudFormation types such as AWS::SQS::Queue'),
      logicalIds: fitting(listOption(values, 'allow-id'), /^(?:[A-Za-z0-9]+(?:\/[A-Za-z0-9]+)*|\*)$/, '--allow-id takes logical IDs such as Queue or Database/Table'),
    };
    const texts = await Promise.all(files.map(async (file) => read(file, context)));
    if (values.template === true) {
      if (files.length !== 2) {
        throw new UsageError(`--template takes two files, the deployed template and the next one, not ${files.length}.`);
      }
      const [deployed, next] = files.map((file, index) => ({ file, text: texts[index]! }));
      const comparison = judgeTemplates(deployed!, next!, allowances);
      context.out(values.json === true ? `${JSON.stringify(comparison, undefined, 2)}\n` : `${inWords(comparison)}${renamedInWords(comparison)}`);
      return comparison.refused.length > 0 ? EXIT.wouldBeRefused : EXIT.done;
    }
    const judgement = judgeChangeSets(joinPages(texts.flatMap((text, index) => parseAnswers(text, files[index]!))), allowances);
    context.out(values.json === true ? `${JSON.stringify(judgement, undefined, 2)}\n` : inWords(judgement));
    return judgement.refused.length > 0 ? EXIT.wouldBeRefused : EXIT.done;
  },
};

function fitting(given: readonly string[], pattern: RegExp, usage: string): string[] {
  const values = given.flatMap((value) => value.split(','));
  const unfit = values.find((value) => !pattern.test(value));
  if (unfit !== undefined) {
    throw new UsageError(`${usage} with commas between them, not '${unfit}'.`);
  }
  return values;
}

async function read(file: string, context: CommandContext): Promise<string> {
  try {
    return file === '-' ? (await context.readInput()).toString('utf8') : readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`The change set '${file}' can't be read: ${(error as Error).message}`);
  }
}

function inWords({ refused, destructive, broadening, changes }: Judgement): string {
  const paths = new Set(refused.map(({ path }) => path));
  const part = (title: string, entries: readonly { readonly path: string; readonly type: string; readonly why: string }[]) => (
    entries.length === 0 ? [] : [`${title}:`, ...entries.map(({ path, type, why }) => `- ${path} (${type}) ${why}`)]);
  return [
    ...part('Refused', refused),
    ...part('Deleted or replaced, and allowed', destructive.filter(({ path }) => !paths.has(path))),
    ...part('Lets somebody do more than before', broadening),
    `${changes} ${changes === 1 ? 'resource changes' : 'resources change'}: the guard ${refused.length > 0 ? 'would refuse the change set' : 'would let the change set pass'}.`,
    '',
  ].join('\n');
}

function renamedInWords({ renamed }: TemplateJudgement): string {
  return renamed.length === 0 ? '' : [
    'The same under another logical ID, which is a deletion and a creation:', ...renamed.map(({ from, to, type }) => `- ${from} → ${to} (${type})`), '',
  ].join('\n');
}
