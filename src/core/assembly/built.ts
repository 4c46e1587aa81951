/**
 * A cloud assembly as a build keeps it: the file `assembly.json` of the build. All that is deployed of it is in the pipeline's store, under keys that
 * are never overwritten; buckets and repositories of the bootstrap hold copies.
 */
export interface BuiltAssembly {
  readonly version: 1;
  readonly stacks: readonly BuiltStack[];
}

/** One stack of a built assembly. */
export interface BuiltStack {
  /** Path of the construct, such as `Test/Network`. */
  readonly path: string;
  /** Path of its Stage; empty where it is in none. */
  readonly stage: string;
  readonly stackName: string;
  /** Absent where the stack may be deployed to any. */
  readonly account?: string;
  readonly region?: string;
  readonly template: BuiltTemplate;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
  readonly notificationArns: readonly string[];
  readonly dependsOn: readonly string[];
  readonly files: readonly BuiltFileAsset[];
  readonly images: readonly BuiltImageAsset[];
  readonly bootstrapVersion?: number;
  readonly deployRoleArn?: string;
  readonly executionRoleArn?: string;
}

/** A template, next to the file `assembly.json`. */
export interface BuiltTemplate {
  /** From the folder of `assembly.json`. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** An object of the pipeline's store that builds share. */
export interface BuiltFile {
  readonly key: string;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface BuiltFileAsset extends BuiltFile {
  /** For people. */
  readonly title: string;
  /** As the assembly says it, with its placeholders. */
  readonly bucketName: string;
  readonly objectKey: string;
  readonly region?: string;
  readonly roleArn?: string;
}

export interface BuiltImageAsset {
  readonly title: string;
  /** `<repository's URI>@<digest>` in the pipeline's store. */
  readonly location: string;
  readonly repositoryName: string;
  readonly region?: string;
  readonly roleArn?: string;
}

/** Digest of an image's location, without `sha256:`. It is the image's tag in places. */
export function imageTag(location: string): string {
  return location.slice(location.lastIndexOf(':') + 1);
}
