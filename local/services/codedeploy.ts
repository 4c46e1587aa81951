import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type {
  ContinueDeploymentInput, CreateDeploymentInput, DeploymentGroup, GetDeploymentGroupInput, GetDeploymentInput, ListDeploymentsInput,
} from './codedeploy-shapes';
import { JsonService, ServiceError } from './json-protocol';
import { NotEmulatedError } from '../activity';
import { ObjectStore } from './s3/object-store';
import { unzip } from '../engine/zip';

/** One deployment to the instances of a group. */
export interface Deployment {
  readonly id: string;
  readonly group: string;
  readonly description: string;
  /** `BUCKET/KEY`, or the AppSpec file's text. */
  readonly revision: string;
  status: 'InProgress' | 'Ready' | 'Succeeded' | 'Failed' | 'Stopped';
  message?: string;
}

interface AppSpec {
  readonly hooks?: Readonly<Record<string, readonly { readonly location: string }[]>>;
}

/** Events of an in-place deployment whose hooks are run, in their order. */
const EVENTS = ['ApplicationStop', 'BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'];

/**
 * CodeDeploy. A group of instances has one: it unpacks the revision, and runs the hooks of its appspec.yml. A deployment to ECS does nothing but to go
 * through its statuses; blue/green deployments wait for their traffic where the group says so.
 */
export class CodeDeploy {
  public readonly deployments: Deployment[] = [];

  public readonly service = new JsonService('codedeploy', {
    GetDeploymentGroup: ({ applicationName, deploymentGroupName }: GetDeploymentGroupInput) => ({
      deploymentGroupInfo: {
        applicationName,
        deploymentGroupName,
        computePlatform: this.groupOf(`${applicationName}/${deploymentGroupName}`).platform,
        blueGreenDeploymentConfiguration: {
          deploymentReadyOption: { actionOnTimeout: this.groupOf(`${applicationName}/${deploymentGroupName}`).waits ? 'STOP_DEPLOYMENT' : 'CONTINUE_DEPLOYMENT' },
        },
      },
    }),
    ListDeployments: ({ applicationName, deploymentGroupName }: ListDeploymentsInput) => ({
      deployments: this.deployments.filter(({ group, status }) => group === `${applicationName}/${deploymentGroupName}` && isUnderWay(status)).map(({ id }) => id),
    }),
    CreateDeployment: (input: CreateDeploymentInput) => this.create(input),
    GetDeployment: ({ deploymentId }: GetDeploymentInput) => {
      const { status, description, message } = this.find(deploymentId);
      return { deploymentInfo: { deploymentId, status, description, errorInformation: { code: 'HEALTH_CONSTRAINTS', message } } };
    },
    ContinueDeployment: ({ deploymentId, deploymentWaitType }: ContinueDeploymentInput) => {
      const deployment = this.find(deploymentId);
      if (deployment.status !== 'Ready' || deploymentWaitType !== 'READY_WAIT') {
        throw new ServiceError('DeploymentIsNotInReadyStateException', `The deployment ${deploymentId} is not in the Ready state`);
      }
      deployment.status = 'Succeeded';
      return {};
    },
    StopDeployment: ({ deploymentId }: GetDeploymentInput) => {
      const deployment = this.find(deploymentId);
      if (!isUnderWay(deployment.status)) {
        throw new ServiceError('DeploymentAlreadyCompletedException', `The deployment ${deploymentId} is completed`);
      }
      deployment.status = 'Stopped';
      return { status: 'Succeeded' };
    },
  });

  constructor(
    private readonly objects: ObjectStore, private readonly directory: string, private readonly track: (work: Promise<unknown>) => void,
    private readonly groups: Readonly<Record<string, DeploymentGroup>>,
  ) {}

  private groupOf(name: string): DeploymentGroup {
    return this.groups[name] ?? { platform: 'Server', waits: false };
  }

  private find(deploymentId: string): Deployment {
    const found = this.deployments.find(({ id }) => id === deploymentId);
    if (found === undefined) {
      throw new ServiceError('DeploymentDoesNotExistException', `The deployment ${deploymentId} could not be found`);
    }
    return found;
  }

  private create({ applicationName, deploymentGroupName, description = '', revision }: CreateDeploymentInput): object {
    const group = `${applicationName}/${deploymentGroupName}`;
    const { platform, waits } = this.groupOf(group);
    const { bucket, key, bundleType } = revision?.s3Location ?? {};
    const content = revision?.appSpecContent?.content;
    if (platform === 'Server' ? bucket === undefined || key === undefined || bundleType !== 'zip' : content === undefined) {
      throw new NotEmulatedError(`a revision that is not ${platform === 'Server' ? 'a zip in S3' : 'text'}, of the call codedeploy:CreateDeployment`);
    }
    if (this.deployments.some((other) => other.group === group && isUnderWay(other.status))) {
      throw new ServiceError('DeploymentLimitExceededException', `The Deployment Group '${deploymentGroupName}' already has an active Deployment`);
    }
    const deployment: Deployment = { id: `d-${this.deployments.length + 1}`, group, description, revision: content ?? `${bucket}/${key}`, status: 'InProgress' };
    this.deployments.push(deployment);
    if (platform === 'Server') {
      this.track(this.run(deployment, bucket!, key!));
    } else {
      deployment.status = waits ? 'Ready' : 'Succeeded';
    }
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

/** Whether a group takes no other deployment meanwhile. */
function isUnderWay(status: Deployment['status']): boolean {
  return status === 'InProgress' || status === 'Ready';
}
