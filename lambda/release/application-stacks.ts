import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { templateDeclarations, TemplateDeclarations } from './template';
import { EnvironmentConfiguration, StackConfiguration } from '../../src/contract/objects';
import { BuiltAssembly, BuiltStack } from '../../src/core/assembly/built';
import { chooseStacks } from '../../src/core/assembly/choose';
import { PlacedAssets, placedAssets } from '../../src/core/assembly/placed';
import { Build, Release } from '../../src/core/release';
import { buildOf } from '../../src/core/release-assembly';

/** A stack of an application, as a place gets it. */
export interface ApplicationStack {
  readonly configuration: StackConfiguration;
  readonly build: Build;
  /** Of the template, from the folder of the assembly's file. */
  readonly file: string;
  readonly text: string;
  readonly declarations: TemplateDeclarations;
  readonly notificationArns: readonly string[];
  readonly terminationProtection: boolean;
  readonly bootstrapVersion?: number;
  readonly assets: PlacedAssets;
}

/** What the CDK's own command line gives all stacks. */
const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];

/** Reads what a release's applications bring to places: each assembly and each template once. */
export class ApplicationReader {
  private readonly assemblies = new Map<string, Promise<BuiltAssembly>>();
  private readonly texts = new Map<string, Promise<string>>();

  public constructor(private readonly release: Release, private readonly s3: S3Client) {}

  /** The stacks that a place gets, of all its applications. */
  public async stacksOf({ applications = [] }: EnvironmentConfiguration): Promise<ApplicationStack[]> {
    const stacks: ApplicationStack[] = [];
    for (const { component, place, tags } of applications) {
      const build = this.build(component);
      const chosen = chooseStacks(await this.assembly(build), place);
      const ids = new Map(chosen.map(({ path }): [string, string] => [path, idOf(path)]));
      for (const stack of chosen) {
        const text = await this.template(build, stack.template.file);
        stacks.push({
          configuration: {
            id: ids.get(stack.path)!,
            component,
            stackName: stack.stackName,
            parameters: stack.parameters,
            tags: { ...tags, ...stack.tags },
            capabilities: CAPABILITIES,
            dependsOn: stack.dependsOn.flatMap((path) => ids.get(path) ?? []),
          },
          build,
          file: stack.template.file,
          text,
          declarations: declarationsOf(component, stack, text),
          notificationArns: stack.notificationArns,
          terminationProtection: stack.terminationProtection,
          ...(stack.bootstrapVersion === undefined ? {} : { bootstrapVersion: stack.bootstrapVersion }),
          assets: placedAssets(stack, place),
        });
      }
    }
    return stacks;
  }

  private build(component: string): Build {
    const build = buildOf(this.release, component);
    if (build === undefined) {
      throw new Error(`The release has no build of the application '${component}': it is of a time before the component was called so, and cannot be deployed any more.`);
    }
    return build;
  }

  private async assembly({ component, location }: Build): Promise<BuiltAssembly> {
    return once(this.assemblies, location, async () => {
      const assembly = JSON.parse(await this.read(location)) as BuiltAssembly;
      if (assembly.version !== 1) {
        throw new Error(`Component '${component}', ${location}: the assembly has version ${String(assembly.version)}, which this version does not know. Deploy the pipeline again.`);
      }
      return assembly;
    });
  }

  private async template({ location }: Build, file: string): Promise<string> {
    const address = besides(location, file);
    return once(this.texts, address, async () => this.read(address));
  }

  private async read(address: string): Promise<string> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(address) ?? [];
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body!.transformToString();
  }
}

/** The address of a file in the folder of another. */
export function besides(location: string, file: string): string {
  return `${location.slice(0, location.lastIndexOf('/') + 1)}${file}`;
}

/** Outputs and messages name a stack by it. */
function idOf(path: string): string {
  return path.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+/, '').slice(0, 128);
}

function declarationsOf(component: string, { path, template }: BuiltStack, text: string): TemplateDeclarations {
  try {
    return templateDeclarations(text);
  } catch (error) {
    throw new Error(`Component '${component}', stack ${path}, ${template.file}: ${(error as Error).message}`);
  }
}

async function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
