import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { ECRClient } from '@aws-sdk/client-ecr';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ApplicationReader, ApplicationStack } from './application-stacks';
import { zipTexts } from './archive';
import { assertArtifactsExist } from './artifacts';
import { collectRelease, ReleaseRequest } from './collect';
import { locationParameters } from './configuration';
import { declaredByAny, placeFiles, readTemplates } from './place-files';
import { copyArtifacts, Copying } from './regional';
import { undeclaredLocations } from './undeclared';
import { PROMOTED } from '../../src/contract/events';
import { EnvironmentConfiguration, RegionalArtifacts, RELEASE_FILES, releaseKey, undeclaredKey } from '../../src/contract/objects';
import { Catalogue } from '../../src/core/catalogue';
import { Release } from '../../src/core/release';
import { describeUndeclared } from '../../src/core/undeclared';
import { BuildStore } from '../shared/build-store';
import { ImageCopier } from '../shared/image-copier';
import { Job, JobCredentials, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, firstFew, Logger } from '../shared/logger';
import { OutcomeStore } from '../shared/outcome-store';
import { PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';
import { Timing } from '../shared/timing';

export interface ReleaseFunctionProps {
  readonly solution: string;
  readonly catalogue: Catalogue;
  readonly environments: readonly EnvironmentConfiguration[];
  readonly diffTable: string;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  readonly codePipeline: CodePipelineClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  /** Makes a client of another Region. */
  readonly s3In: (region: string) => S3Client;
  readonly images: ImageCopier;
  /** Makes a client of a Region. */
  readonly ecrIn: (region: string) => ECRClient;
  /** Whether a location that the template does not declare fails the release. */
  readonly refusesUndeclared: boolean;
  /** The function's own Region, which is the artifact bucket's. */
  readonly region: string;
  /** Makes a client that acts with a job's credentials. */
  readonly s3As: (credentials: JobCredentials) => S3Client;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** The kind of the components whose builds are templates. */
const TEMPLATE_KIND = 'template';

/** The pipeline's Release action: puts the release together, and what CloudFormation needs to deploy it. */
export class ReleaseFunction {
  private readonly releases: ReleaseStore;

  public constructor(private readonly props: ReleaseFunctionProps) {
    this.releases = new ReleaseStore(props.s3, props.artifactBucket);
  }

  public async handle(event: unknown): Promise<void> {
    const { logger, codePipeline } = this.props;
    const job = jobOf(event);
    try {
      if (job === undefined) {
        throw new Error('The release function answers jobs of CodePipeline only, and this event is none.');
      }
      await new JobResults(codePipeline, logger).answer(job, async () => {
        await this.release(job);
        return {};
      });
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async release(job: Job): Promise<void> {
    const { catalogue } = this.props;
    const request = releaseRequest(job);
    const release = request.planId === PROMOTED ? await this.promoted(request) : await this.collected(request);
    const logger = this.props.logger.with({ commit: release.commitId, execution: request.pipelineExecutionId });
    await assertArtifactsExist(release, this.props);
    const places = this.placesOf(release);
    const templates = await readTemplates(places, release, this.props.s3);
    const locations = locationParameters(catalogue, release);
    const given = new Set(places.flatMap((place) => [...Object.keys(place.parameters), ...place.stacks.flatMap((stack) => Object.keys(stack.parameters))]));
    const reader = new ApplicationReader(release, this.props.s3);
    const applications = new Map<string, ApplicationStack[]>();
    for (const place of places) {
      applications.set(place.name, await reader.stacksOf(place));
    }
    requireOnePlace(places, applications);
    const declarations = [...templates.values(), ...[...applications.values()].flat()].map((template) => template.declarations);
    const undeclared = undeclaredLocations(locations, declaredByAny(declarations), given);
    if (undeclared.parameters.length > 0) {
      if (this.props.refusesUndeclared) {
        throw new Error(`${describeUndeclared(undeclared)} Declare the parameters, correct their names, or let the pipeline release all the same (refuseUndeclaredLocations).`);
      }
      logger.warn('Locations do not reach the template', { parameters: firstFew(undeclared.parameters) });
    }
    await this.releases.putNote(undeclaredKey(this.props.solution, request.pipelineExecutionId), undeclared);
    const files: Record<string, string> = { [RELEASE_FILES.release]: json({ ...release, undeclared }) };
    const copied = new Set<string>();
    for (const place of places) {
      const copying = place.artifacts && this.copyingTo(place.artifacts);
      if (copying !== undefined && !copied.has(copying.destination.region)) {
        await copyArtifacts(release, copying);
        copied.add(copying.destination.region);
      }
      Object.assign(files, placeFiles(place, {
        catalogue, release, templates, applications: applications.get(place.name)!, region: this.props.region, ...(copying === undefined ? {} : { copying }),
      }));
    }
    await this.upload(job, files);
    logger.info('Released', {
      sequence: release.sequence,
      builds: firstFew(Object.entries(release.components).map(([component, { buildNumber }]) => ({ component, buildNumber }))),
    });
  }

  /** Of this execution's builds and its plan's baseline. */
  private async collected(request: ReleaseRequest): Promise<Release> {
    const { solution, catalogue, dynamoDb: client, diffTable, deploymentsTable, timing } = this.props;
    const deployments = { client, tableName: deploymentsTable, solution, timing };
    const collected = await collectRelease(request, {
      solution,
      catalogue,
      plans: new PlanStore({ client, tableName: diffTable, solution, timing }),
      outcomes: new OutcomeStore(deployments, request.pipelineExecutionId),
      builds: new BuildStore(deployments),
      releases: this.releases,
      now: timing.now(),
    });
    return this.releases.put(releaseKey(solution, request.pipelineExecutionId), collected);
  }

  /** As the Plan action wrote it. */
  private async promoted({ pipelineExecutionId }: ReleaseRequest): Promise<Release> {
    const key = releaseKey(this.props.solution, pipelineExecutionId);
    const release = await this.releases.get(key);
    if (release === undefined) {
      throw new Error(`The execution promotes a release, but ${key} is not in the artifact bucket. Start the pipeline again.`);
    }
    return release;
  }

  private placesOf({ promotion }: Release): readonly EnvironmentConfiguration[] {
    const { environments } = this.props;
    // The others are not deployed to, and may give parameters that an earlier template doesn't declare.
    return promotion === undefined ? environments : environments.filter(({ environment }) => environment === promotion.environment);
  }

  private copyingTo(artifacts: RegionalArtifacts): Copying {
    const { solution, catalogue, s3, s3In, images, region, artifactBucket } = this.props;
    return {
      solution,
      templates: new Set(catalogue.components.filter(({ build }) => build?.kind === TEMPLATE_KIND).map(({ name }) => name)),
      source: { s3, region, bucket: artifactBucket },
      destination: { s3: s3In(artifacts.region), ...artifacts },
      images,
    };
  }

  private async upload(job: Job, files: Readonly<Record<string, string>>): Promise<void> {
    const [artifact] = job.outputArtifacts;
    if (artifact === undefined || job.credentials === undefined) {
      throw new Error('The Release action needs one output artifact, and the job has none.');
    }
    await this.props.s3As(job.credentials).send(new PutObjectCommand({
      Bucket: artifact.bucket,
      Key: artifact.key,
      Body: zipTexts(files),
      ...(job.encryptionKey === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: job.encryptionKey }),
    }));
  }
}

function releaseRequest(job: Job): ReleaseRequest {
  const parameters = jobParameters(job, ['commitId', 'pipelineExecutionId', 'planId', 'sequence']);
  if (!/^[1-9][0-9]*$/.test(parameters.sequence)) {
    throw new Error(`The sequence in the action's user parameters has to be a whole number from 1 up, but is '${parameters.sequence}'.`);
  }
  const { commitId, pipelineExecutionId, planId } = parameters;
  return { commitId, pipelineExecutionId, planId, sequence: Number(parameters.sequence) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** A stack is one place's only: what one environment approves is not another's. */
function requireOnePlace(places: readonly EnvironmentConfiguration[], applications: ReadonlyMap<string, readonly ApplicationStack[]>): void {
  const owners = new Map<string, string>();
  for (const { name, applications: configured = [] } of places) {
    const [first] = configured;
    for (const { configuration: { stackName } } of applications.get(name)!) {
      const key = `${first?.place.account}/${first?.place.region}/${stackName}`;
      const owner = owners.get(key);
      if (owner !== undefined) {
        throw new Error(`Environments '${owner}' and '${name}' both take stack ${stackName} (${key}). Let each take its own: by a Stage, or by names.`);
      }
      owners.set(key, name);
    }
  }
}
