/**
 * Which top-level part may import which: one place, enforced by lint (`import/no-restricted-paths`).
 * A part may import itself and the parts listed; everything else is refused.
 */
const allowed: Record<string, string[]> = {
  'src/core': [],
  'src/contract': ['src/core'],
  'lambda': ['src/core', 'src/contract'],
  'agent': ['src/core', 'src/contract', 'lambda/shared'],
  // The client of Git hosts: what is checked before a deployment is what runs after it.
  'cli': ['src/core', 'src/contract', 'lambda/shared'],
  // The demonstration of 200 components takes its content from where users do.
  'local': ['src/core', 'src/contract', 'examples/large-monorepo'],
};

const parts = ['src', 'lambda', 'agent', 'cli', 'local', 'examples'];

/** Zones for eslint-plugin-import's `no-restricted-paths`. */
export function importZones(): { target: string; from: string; except?: string[]; message: string }[] {
  return Object.entries(allowed).flatMap(([target, others]) => parts.map((part) => {
    const within = [target, ...others].filter((path) => path === part || path.startsWith(`${part}/`));
    if (within.includes(part)) {
      return undefined;
    }
    const except = within.map((path) => `./${path.slice(part.length + 1)}`);
    return {
      target: `./${target}`,
      from: `./${part}`,
      ...(except.length > 0 ? { except } : {}),
      message: `${target} may import only ${[target, ...others].join(', ')}: see docs/architecture.md.`,
    };
  })).filter((zone) => zone !== undefined).concat([{
    target: './src',
    from: './',
    except: ['./src', './node_modules'],
    message: 'src is what is published as lib/: it may import nothing outside src.',
  }]);
}

const cdk = ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'];
const sdk = ['@aws-sdk/*', '@smithy/*'];
const node = ['fs', 'path', 'child_process', 'os', 'http', 'https', 'net', 'worker_threads'].flatMap((name) => [name, `node:${name}`, `node:${name}/*`]);

/** Packages that a part must not import, by glob of its files. Where several globs match a file the last one counts. */
export const restrictedPackages: { files: string[]; patterns: string[]; message: string }[] = [
  { files: ['src/**'], patterns: sdk, message: 'Constructs never call AWS.' },
  { files: ['src/contract/**'], patterns: [...cdk, ...sdk, ...node], message: 'src/contract is data alone.' },
  { files: ['src/core/**'], patterns: [...cdk, ...sdk, ...node], message: 'src/core is pure: no CDK, no SDK, no file system.' },
  { files: ['lambda/**', 'agent/**', 'cli/**', 'local/**'], patterns: cdk, message: 'Run-time code never imports the CDK.' },
];
