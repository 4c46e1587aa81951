import { Claims, claimNames, UnnamedComponent } from './claims';
import { functionIn, handlersOf } from './functions';
import { FoundComponent, FoundTemplate } from './model';
import { baseName, FileIndex, folderOf, isVendored } from '../discovery/repository-files';

/** Where copies, results and tests are: what deploys is elsewhere. */
const ELSEWHERE = /(^|\/)(node_modules|\.venv|site-packages|dist|build|cdk\.out|\.aws-sam|\.git|tests?|__tests__|fixtures|examples?|docs?)\//;
const GLUE = /^\s*(?:from|import)\s+awsglue\b/m;

/**
 * The components that a repository's files show: images by their Dockerfile, Glue jobs by what they import, state machines by the name of their
 * definition, functions by their handler. What a template packages by itself belongs to the template.
 *
 * @param taken folders of applications that deploy by themselves, and of the pipeline's app
 */
export function findComponents(index: FileIndex, template: FoundTemplate | undefined, taken: readonly string[]): FoundComponent[] {
  const claims = new Claims(taken, template);
  const paths = index.files.paths.filter((path) => !ELSEWHERE.test(path) && !isVendored(folderOf(path)) && !claims.has(path));
  const found: UnnamedComponent[] = [];
  const add = (one: UnnamedComponent) => {
    claims.add(one.path);
    found.push(one);
  };
  for (const path of paths.filter((one) => baseName(one) === 'Dockerfile')) {
    add({ kind: 'lambdaImage', path: folderOf(path), evidence: path });
  }
  for (const path of paths.filter((one) => one.endsWith('.asl.json') && !claims.has(one))) {
    add({ kind: 'stateMachine', path, evidence: path });
  }
  const texts = index.files.read(paths.filter((path) => path.endsWith('.py') && !claims.has(path)));
  for (const [path] of [...texts].filter(([, text]) => GLUE.test(text))) {
    add({ kind: 'glueJob', path, evidence: `${path} imports awsglue` });
  }
  for (const handler of handlersOf(paths.filter((path) => !claims.has(path)), index)) {
    // A folder has one function; the first that is found is its handler.
    if (!claims.has(handler.file)) {
      add(functionIn(handler, index));
    }
  }
  return claimNames(found, { template: template?.path, folders: taken });
}
