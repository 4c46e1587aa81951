import { FoundTemplate } from './model';
import { escapeGlob } from '../../src/core/globs';
import { baseName, FileIndex, folderOf, resolvePath } from '../discovery/repository-files';

const TEMPLATE_NAME = /^(template|cloudformation|stack|[\w-]+\.template)\.(ya?ml|json)$/;
/** Properties whose value may be a file or folder on this machine, which packaging uploads. */
const LOCAL_VALUE = /^\s*(?:- )?["']?(?:CodeUri|Code|ContentUri|DefinitionUri|DefinitionS3Location|ImageUri|Location|ScriptLocation|TemplateURL|BodyS3Location|SchemaUri|DefinitionBody)["']?\s*:\s*["']?([^\s"',{}]+)/gm;

/** The repository's templates, that which is to be deployed first: the one nearest to the root, called `template` rather than otherwise. */
export function findTemplates(index: FileIndex): FoundTemplate[] {
  const named = index.files.paths.filter((path) => TEMPLATE_NAME.test(baseName(path)) && !/(^|\/)(node_modules|cdk\.out|\.aws-sam)\//.test(path));
  const texts = index.files.read(named);
  return [...texts].filter(([, text]) => isTemplate(text)).map(([path, text]): FoundTemplate => ({
    path, parameters: declaredParameters(text), include: localFiles(path, text, index),
  })).sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1));
}

function rank(path: string): number {
  return path.split('/').length * 2 - (baseName(path).startsWith('template.') ? 1 : 0);
}

function isTemplate(text: string): boolean {
  return /AWSTemplateFormatVersion|^["']?Transform["']?\s*:/m.test(text) || /["']?Type["']?\s*:\s*["']?AWS::/.test(text);
}

/** Names under `Parameters`. Read by their place in the text, since tags such as `!Ref` are CloudFormation's own. */
export function declaredParameters(text: string): string[] {
  if (text.trimStart().startsWith('{')) {
    return jsonParameters(text);
  }
  const [, section = ''] = /^Parameters:[^\n]*\n((?:[ \t]+[^\n]*\n|[ \t]*\n|#[^\n]*\n)*)/m.exec(`${text}\n`) ?? [];
  const [, indent = ''] = /^([ \t]+)[A-Za-z0-9]+:/m.exec(section) ?? [];
  return [...section.matchAll(/^([ \t]+)([A-Za-z0-9]+):/gm)].filter(([, own]) => own === indent).map(([,, name]) => name!);
}

function jsonParameters(text: string): string[] {
  try {
    const { Parameters = {} } = JSON.parse(text) as { Parameters?: object };
    return Object.keys(Parameters);
  } catch {
    return [];
  }
}

function localFiles(path: string, text: string, index: FileIndex): string[] {
  const found = [...text.matchAll(LOCAL_VALUE)].flatMap(([, value]) => {
    const target = resolvePath(folderOf(path), value!.replace(/\/$/, ''));
    return target === undefined ? [] : index.has(target) ? [escapeGlob(target)] : target !== '.' && index.isFolder(target) ? [`${escapeGlob(target)}/**`] : [];
  });
  return [...new Set(found)].sort();
}
