import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { CreateDeploymentInput, GetDeploymentGroupInput, GetDeploymentInput, ListDeploymentsInput } from './codedeploy-shapes';
import { JsonService, ServiceError } from './json-protocol';
import { NotEmulatedError } from '../activity';
import { ObjectStore } from './s3/object-store';
import { unzip } from '../engine/zip';

/** One deployment to the instances of a group. */
export interface Deployment {
  readonly id: string;
  readonly group: string;
  readonly description: string;
  readonly revision: string;
  status: 'InProgress' | 'Succeeded' | 'Failed';
  message?: string;
}

interface AppSpec {
  readonly hooks?: Readonly<Record<string, readonly { readonly location: string }[]>>;
}

/** Events of an in-place deployment whose hooks are run, in their order. */
const EVENTS = ['ApplicationStop', 'BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'];

/** CodeDeploy with one instance in each group: it unpacks the revision, and runs the hooks of its appspec.yml. */
export class CodeDeploy {
  public readonly deployments: Deployment[] = [];

  public readonly service = new JsonService('codedeploy', {
    GetDeploymentGroup: ({ applicationName, deploymentGroupName }: GetDeploymentGroupInput) => ({
      deploymentGroupInfo: { applicationName, deploymentGroupName, computePlatform: 'Server' },
    }),
    ListDeployments: ({ applicationName, deploymentGroupName }: ListDeploymentsInput) => ({
      deployments: this.deployments.filter(({ group, status }) => group === `${applicationName}/${deploymentGroupName}` && status === 'InProgress').map(({ id }) => id),
    }),
    CreateDeployment: (input: CreateDeploymentInput) => this.create(input),
    GetDeployment: ({ deploymentId }: GetDeploymentInput) => {
      const found = this.deployments.find(({ id }) => id === deploymentId);
      if (found === undefined) {
        throw new ServiceError('DeploymentDoesNotExistException', `The deployment ${deploymentId} could not be found`);
      }
      return { deploymentInfo: { deploymentId, status: found.status, errorInformation: { code: 'HEALTH_CONSTRAINTS', message: found.message } } };
    },
  });

  constructor(private readonly objects: ObjectStore, private readonly directory: string, private readonly track: (work: Promise<unknown>) => void) {}

  private create({ applicationName, deploymentGroupName, description = '', revision }: CreateDeploymentInput): object {
    const { bucket, key, bundleType } = revision?.s3Location ?? {};
    if (bucket === undefined || key === undefined || bundleType !== 'zip') {
      throw new NotEmulatedError('a revision that is not a zip in S3, of the call codedeploy:CreateDeployment');
    }
    const group = `${applicationName}/${deploymentGroupName}`;
    if (this.deployments.some((other) => other.group === group && other.status === 'InProgress')) {
      throw new ServiceError('DeploymentLimitExceededException', `The Deployment Group '${deploymentGroupName}' already has an active Deployment`);
    }
    const deployment: Deployment = { id: `d-${this.deployments.length + 1}`, group, description, revision: `${bucket}/${key}`, status: 'InProgress' };
    this.deployments.push(deployment);
    this.track(this.run(deployment, bucket, key));
    return { deploymentId: deployment.id };
  }

  private async run(deployment: Deployment, bucket: string, key: string): Promise<void> {
    const folder = join(this.directory, deployment.id);
    mkdirSync(folder, { recursive: true });
    try {
      unzip(this.objects.read(bucket, key), folder);
      if (!existsSync(join(folder, 'appspec.yml'))) {
        throw new Error('The revision has no appspec.yml');
      }
      const { hooks = {} } = load(readFileSync(join(folder, 'appspec.yml'), 'utf8')) as AppSpec;
      for (const event of EVENTS) {
        for (const { location } of hooks[event] ?? []) {
          await new Promise<void>((resolve, reject) => {
            execFile('bash', [join(folder, location)], { cwd: folder, env: { PATH: process.env.PATH, LIFECYCLE_EVENT: event } }, (error) => (error ? reject(new Error(`${event}: ${location} failed`)) : resolve()));
          });
        }
      }
      deployment.status = 'Succeeded';
    } catch (error) {
      deployment.status = 'Failed';
      deployment.message = (error as Error).message;
    }
  }
}
