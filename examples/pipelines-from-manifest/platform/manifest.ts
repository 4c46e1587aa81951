import * as fs from 'node:fs';

/** What a team says of its pipeline. Checks and gates that are mandatory are none of its business. */
export interface Manifest {
  readonly team: string;
  /** Name of its CodeCommit repository. */
  readonly repository: string;
  readonly components: readonly ManifestComponent[];
  readonly environments: { readonly test: ManifestEnvironment; readonly prod: ManifestEnvironment };
  /** Further checks, commands by name. */
  readonly checks: { readonly [name: string]: readonly string[] };
}

export interface ManifestComponent {
  readonly name: string;
  readonly kind: 'lambdaZip' | 'image' | 'template';
  readonly path: string;
  readonly dependsOn?: readonly string[];
  readonly tests?: readonly string[];
}

export interface ManifestEnvironment {
  readonly account: string;
}

const KINDS = ['lambdaZip', 'image', 'template'];

/** @throws naming the file, the field and what it has to be: a team reads it in the platform's pull request */
export function readManifest(file: string): Manifest {
  const wrong = (what: string) => new Error(`${file}: ${what}`);
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`it is no JSON: ${(error as Error).message}`);
  }
  const fields = (value: unknown, where: string, required: readonly string[], optional: readonly string[] = []): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrong(`${where} has to be an object.`);
    }
    const unknown = Object.keys(value).find((name) => ![...required, ...optional].includes(name));
    const missing = required.find((name) => !Object.hasOwn(value, name));
    if (unknown !== undefined || missing !== undefined) {
      throw wrong(unknown === undefined ? `${where} lacks "${missing}".` : `${where} has "${unknown}", which is no field of a manifest.`);
    }
    return value as Record<string, unknown>;
  };
  const text = (value: unknown, where: string, pattern: RegExp): string => {
    if (typeof value !== 'string' || !pattern.test(value)) {
      throw wrong(`${where} is ${JSON.stringify(value)}: it has to match ${String(pattern)}.`);
    }
    return value;
  };
  const texts = (value: unknown, where: string): string[] => {
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' && one !== '')) {
      throw wrong(`${where} has to be a list of texts.`);
    }
    return value as string[];
  };

  const manifest = fields(content, 'the manifest', ['team', 'repository', 'components', 'environments'], ['checks']);
  if (!Array.isArray(manifest.components)) {
    throw wrong('"components" has to be a list.');
  }
  const environments = fields(manifest.environments, '"environments"', ['test', 'prod']);
  const environment = (name: string): ManifestEnvironment => ({
    account: text(fields(environments[name], `environment "${name}"`, ['account']).account, `the account of "${name}"`, /^\d{12}$/),
  });
  const checks = manifest.checks === undefined ? {} : fields(manifest.checks, '"checks"', [], Object.keys(manifest.checks as object));
  return {
    team: text(manifest.team, '"team"', /^[a-z][a-z0-9-]{1,30}$/),
    repository: text(manifest.repository, '"repository"', /^[\w.-]{1,100}$/),
    components: (manifest.components as unknown[]).map((value, index) => {
      const where = `component ${index + 1}`;
      const component = fields(value, where, ['name', 'kind', 'path'], ['dependsOn', 'tests']);
      return {
        name: text(component.name, `the name of ${where}`, /\S/),
        kind: text(component.kind, `the kind of ${where}`, new RegExp(`^(${KINDS.join('|')})$`)) as ManifestComponent['kind'],
        path: text(component.path, `the path of ${where}`, /\S/),
        ...(component.dependsOn === undefined ? {} : { dependsOn: texts(component.dependsOn, `"dependsOn" of ${where}`) }),
        ...(component.tests === undefined ? {} : { tests: texts(component.tests, `"tests" of ${where}`) }),
      };
    }),
    environments: { test: environment('test'), prod: environment('prod') },
    checks: Object.fromEntries(Object.entries(checks).map(([name, commands]) => [name, texts(commands, `check "${name}"`)])),
  };
}
