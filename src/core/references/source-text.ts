import { isRequirementsFile } from './languages';
import { baseName } from '../paths';

/** Files whose text says nothing about what is read: documents, pictures, archives, lockfiles, lists of what to ignore; and manifests, which have been read. */
const UNREAD = /(?:\.(?:md|rst|txt|svg|png|jpe?g|gif|ico|webp|avif|pdf|woff2?|ttf|eot|otf|zip|t?gz|jar|wasm|snap|lock|map|pem|crt|key|csv)|(?:^|\/)(?:LICENSE|NOTICE|CHANGELOG|\.\w+ignore|\.gitattributes|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|package\.json|pyproject\.toml|go\.(?:mod|sum|work)|Cargo\.toml|pom\.xml))$/i;
/** What servers answered in tests. */
const RECORDINGS = /(?:^|\/)(?:cassettes|recordings|__recordings__|__snapshots__)\//;
const READ_TEXT = /(?:^|\/)CMakeLists\.txt$/;

/** Whether a file's text may refer to something. */
export function isReadable(path: string): boolean {
  return READ_TEXT.test(path) || isRequirementsFile(path) || !(UNREAD.test(path) || RECORDINGS.test(path));
}

const MSBUILD = /\.(?:\w*proj|props|targets|projitems)$/i;

/**
 * Text of a file without what refers to nothing that is read. In MSBuild's, items that are left out are not
 * read, and paths have slashes, also after properties, which end in one. In TypeScript's configuration project references name what is compiled before,
 * imports name what is read; what is excluded or written is not read; `paths` are read by anyone who imports them; `ts-node` has its settings there
 * whether it is used or not; and a plain name among `types` means the package of that name under `@types`.
 */
export function meaningful(path: string, text: string): string {
  if (MSBUILD.test(path)) {
    return text.replace(/\s(?:Remove|Exclude)\s*=\s*"[^"]*"/g, ' ').replace(/\\/g, '/').replace(/(\$\([^\s"<>]*?\)+)(?=[\w@])/g, '$1/');
  }
  if (!/^(?:ts|js)config.*\.json$/.test(baseName(path))) {
    return text;
  }
  return text.replace(/"(?:references|exclude)"\s*:\s*\[[^\]]*\]/g, '')
    .replace(/"paths"\s*:\s*\{[^}]*\}/g, '')
    .replace(/"(?:rootDir|outDir|outFile|declarationDir|baseUrl|tsBuildInfoFile|mapRoot|sourceRoot)"\s*:\s*"[^"]*"/g, '')
    .replace(/"ts-node"\s*:/, '')
    .replace(/"types"\s*:\s*\[[^\]]*\]/, (types) => types.replace(/"([\w.-]+)"(?!\s*:)/g, '"@types/$1"'));
}
