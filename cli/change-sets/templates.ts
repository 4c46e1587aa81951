import { Judgement } from './judgement';
import { readTemplateText } from '../../lambda/shared/yaml';
import { Allowances, destructions, refusedOf } from '../../src/core/change-set/guard';
import { broadenings } from '../../src/core/change-set/permissions';
import { ResourceChange } from '../../src/core/change-set/resource-change';
import { comparedResources } from '../../src/core/delivery/deferred';
import { canonicalJson } from '../../src/core/digest';
import { InputError } from '../errors';

/** A resource that is the same under another logical ID: CloudFormation deletes the one and creates the other. */
export interface RenamedResource {
  readonly from: string;
  readonly to: string;
  readonly type: string;
}

export interface TemplateJudgement extends Judgement {
  readonly renamed: readonly RenamedResource[];
}

/** A file's name and what is in it. */
export interface TemplateFile {
  readonly file: string;
  readonly text: string;
}

/**
 * What guard and approval would say of one template in place of another, as far as two texts say it: parameters, imports and nested stacks are taken to
 * stay.
 *
 * @throws InputError for a file that is not a template
 */
export function judgeTemplates(deployed: TemplateFile, next: TemplateFile, allowances: Allowances): TemplateJudgement {
  const changes = comparedResources({ before: parsed(deployed), after: parsed(next), changed: new Set(), late: { parameters: new Set(), readings: false } });
  const destructive = destructions(changes);
  return {
    refused: refusedOf(destructive, allowances), destructive, broadening: broadenings(changes), changes: changes.length, renamed: renamedOf(changes),
  };
}

function parsed({ file, text }: TemplateFile): unknown {
  let template: unknown;
  try {
    template = readTemplateText(text);
    // The AWS CLI prints a deployed template in YAML as one JSON string.
    template = typeof template === 'string' ? readTemplateText(template) : template;
  } catch (error) {
    throw new InputError(`'${file}' is not a template: ${(error as Error).message}`);
  }
  if (typeof template !== 'object' || template === null || !('Resources' in template)) {
    throw new InputError(`'${file}' is not a template: it has no Resources.`);
  }
  return template;
}

/** Pairs of a removed and an added resource of the same type that differ in their logical ID, and in the IDs that they refer to, alone. */
function renamedOf(changes: readonly ResourceChange[]): RenamedResource[] {
  const removed = changes.filter(({ action }) => action === 'Remove');
  const added = changes.filter(({ action }) => action === 'Add');
  const names = new Set([...removed, ...added].map(({ path }) => path));
  const form = ({ type, before, after }: ResourceChange) => canonicalJson([type, withoutNames((before ?? after), names)]);
  const free = new Set(added);
  return removed.flatMap((old) => {
    const fresh = [...free].find((candidate) => form(candidate) === form(old));
    if (fresh === undefined) {
      return [];
    }
    free.delete(fresh);
    return [{ from: old.path, to: fresh.path, type: old.type }];
  });
}

/** A resource without its metadata, and with the IDs of what is renamed left out of its references. */
function withoutNames(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => withoutNames(element, names));
  }
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' && names.has(value) ? '' : value;
  }
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'Metadata').map(([key, child]) => [key, withoutNames(child, names)]));
}
