import { UnnamedComponent } from './claims';
import { joinPath } from '../../src/core/paths';
import { shellQuote } from '../../src/core/shell';
import { baseName, FileIndex, folderOf } from '../discovery/repository-files';
import { Fields, fieldsOf } from '../discovery/values';

const NAMES = /^(index|handler|app|main|lambda|lambda_function|function)\.(mjs|cjs|js|ts|mts|py)$/;
const EXPORTED = /export\s+(?:const|let|var|(?:async\s+)?function\s*\*?)\s*(\w*[hH]andler)\b|(?:module\.)?exports\.(\w*[hH]andler)\s*=/;
const DEFINED = /^(?:async )?def (\w*handler)\s*\(\s*\w+[^,)]*,\s*\w+/m;
const NODE_RUNTIME = 'nodejs22.x';
const PYTHON_RUNTIME = 'python3.13';
const OUTPUT = 'dist';

/** A file that Lambda could call, and the name of what it would call there. */
export interface Handler {
  readonly file: string;
  readonly name: string;
}

export function handlersOf(paths: readonly string[], index: FileIndex): Handler[] {
  const named = paths.filter((path) => NAMES.test(baseName(path)) && !path.endsWith('.d.ts'));
  return [...index.files.read(named)].flatMap(([file, text]) => {
    const match = (file.endsWith('.py') ? DEFINED : EXPORTED).exec(text);
    return match === null ? [] : [{ file, name: match[1] ?? match[2]! }];
  }).sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The function whose handler it is: its folder is that of the manifest above it, or else the file's own. */
export function functionIn(handler: Handler, index: FileIndex): UnnamedComponent {
  return handler.file.endsWith('.py') ? pythonFunction(handler, index) : nodeFunction(handler, index);
}

function pythonFunction({ file, name }: Handler, index: FileIndex): UnnamedComponent {
  const folder = folderOf(file);
  const requirements = index.has(joinPath(folder, 'requirements.txt'));
  return {
    kind: 'lambdaZip',
    path: folder,
    runtime: PYTHON_RUNTIME,
    handler: `${moduleOf(baseName(file))}.${name}`,
    evidence: `${file} defines ${name}`,
    ...(requirements && { buildCommands: ['python -m pip install --requirement requirements.txt --target .'] }),
  };
}

function nodeFunction({ file, name }: Handler, index: FileIndex): UnnamedComponent {
  const root = manifestFolder(folderOf(file), index);
  const folder = root ?? folderOf(file);
  const manifest = root === undefined ? {} : parse(index.readOne(joinPath(root, 'package.json')));
  const below = folder === '.' ? file : file.slice(folder.length + 1);
  const scripts = fieldsOf(manifest.scripts);
  const install = index.has(joinPath(folder, 'package-lock.json')) || index.has('package-lock.json') ? 'npm ci' : 'npm install';
  const installs = Object.keys({ ...fieldsOf(manifest.dependencies), ...fieldsOf(manifest.devDependencies) }).length > 0;
  const tested = typeof scripts.test === 'string' && !scripts.test.includes('no test specified');
  const common = {
    kind: 'lambdaZip' as const,
    path: folder,
    runtime: NODE_RUNTIME,
    evidence: `${file} exports ${name}`,
    ...(tested && { testCommands: [...installs ? [install] : [], 'npm test'] }),
  };
  if (/\.m?ts$/.test(file)) {
    const bundle = `npx --yes esbuild@0.28 ${shellQuote(below)} --bundle --platform=node --target=node22 '--external:@aws-sdk/*' --outfile=${OUTPUT}/index.js`;
    const built = typeof scripts.build === 'string';
    return {
      ...common,
      handler: `${built ? moduleOf(below.replace(/^src\//, '')) : 'index'}.${name}`,
      // Tests have installed what the build needs.
      buildCommands: [...installs && !tested ? [install] : [], built ? 'npm run build' : bundle],
      artifactPath: OUTPUT,
    };
  }
  const needed = Object.keys(fieldsOf(manifest.dependencies)).length > 0;
  return { ...common, handler: `${moduleOf(below)}.${name}`, ...(needed && { buildCommands: [`${install} --omit=dev`] }) };
}

/** The nearest folder with a manifest: the file's own, or one above that is not the root of all. */
function manifestFolder(folder: string, index: FileIndex): string | undefined {
  if (index.has(joinPath(folder, 'package.json'))) {
    return folder;
  }
  const above = folderOf(folder);
  return folder === '.' || above === '.' && !isOnlyPackage(index) ? undefined : manifestFolder(above, index);
}

/** Whether the root's manifest is of a package rather than of a workspace. */
function isOnlyPackage(index: FileIndex): boolean {
  const manifest = parse(index.readOne('package.json'));
  return index.named('package.json').length === 1 && manifest.workspaces === undefined;
}

function parse(text: string | undefined): Fields {
  try {
    return fieldsOf(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

function moduleOf(file: string): string {
  return file.replace(/\.\w+$/, '');
}
