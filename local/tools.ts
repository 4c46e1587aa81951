import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Which programs builds find. */
export interface Tools {
  /** `PATH` of unprivileged builds, and of those that may use Docker. */
  readonly path: string;
  readonly privilegedPath: string;
  /** What stands in for a program that builds ask for, for people. */
  readonly standIns: readonly string[];
}

export interface ToolOptions {
  /** Use the stand-ins even where the real programs are installed: they start much faster. */
  readonly standInsOnly: boolean;
}

/**
 * Finds the AWS CLI and Docker, and puts stand-ins where they cannot be used. No registry can be reached at the addresses that
 * the template gives, so logging in and pushing are stood in for even where Docker builds the images.
 */
export function findTools(directory: string, { standInsOnly }: ToolOptions): Tools {
  const standIns: string[] = [];
  const bin = join(directory, 'bin');
  const privileged = join(directory, 'bin-privileged');
  [bin, privileged].forEach((folder) => mkdirSync(folder, { recursive: true }));

  if (standInsOnly || !works('aws', ['--version'])) {
    symlinkSync(join(__dirname, 'stand-ins', 'aws'), join(bin, 'aws'));
    standIns.push(`aws: a stand-in for the calls that buildspecs make (${standInsOnly ? 'asked for' : 'the AWS CLI is not installed'})`);
  }
  const docker = standInsOnly || !works('docker', ['info']) ? undefined : which('docker');
  const standIn = join(__dirname, 'stand-ins', 'docker');
  writeFileSync(join(privileged, 'docker'), `#!/bin/sh\n${docker === undefined ? '' : `LOCAL_DOCKER='${docker}' `}exec '${standIn}' "$@"\n`, { mode: 0o755 });
  standIns.push(docker === undefined
    ? `docker: a stand-in that makes digests of contexts, no images (${standInsOnly ? 'asked for' : 'no Docker daemon answers'})`
    : 'docker login, docker push: a stand-in that reaches the local registry');
  // Without privileges there is no daemon to talk to.
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\necho "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running? (The CodeBuild project is not privileged.)" >&2\nexit 1\n', { mode: 0o755 });

  const path = [bin, hostPath()].join(delimiter);
  return { path, privilegedPath: [privileged, path].join(delimiter), standIns };
}

/** Where this machine's programs are. */
export function hostPath(): string {
  return process.env.PATH ?? '';
}

function works(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function which(program: string): string | undefined {
  return hostPath().split(delimiter).map((folder) => join(folder, program)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
