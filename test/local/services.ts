import { join } from 'node:path';
import { temporaryFolder } from './support';
import { Credentials } from '../../local/authorization/credentials';
import { Approvals } from '../../local/engine/actions/approval';
import { Jobs } from '../../local/engine/actions/jobs';
import { Alarms } from '../../local/engine/alarms';
import { Stacks } from '../../local/engine/cloud-formation/stacks';
import { cloudFormationService, readTemplate } from '../../local/services/cloudformation/service';
import { CodeCommit } from '../../local/services/codecommit/service';
import { CodePipeline } from '../../local/services/codepipeline/service';
import { DynamoDb } from '../../local/services/dynamodb';
import { Ecr } from '../../local/services/ecr/service';
import { ObjectStore } from '../../local/services/s3/object-store';
import { S3Service } from '../../local/services/s3/service';
import { AwsServer } from '../../local/services/server';
import { stsService } from '../../local/services/sts';

/** The emulated services behind their endpoint, for clients of the real SDK. */
export interface Services {
  readonly objects: ObjectStore;
  readonly s3: S3Service;
  readonly stacks: Stacks;
  readonly codeCommit: CodeCommit;
  readonly codePipeline: CodePipeline;
  readonly jobs: Jobs;
  readonly ecr: Ecr;
  readonly endpoint: string;
  readonly clientConfig: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string }; maxAttempts: number };
  /** What would have ended a run. */
  readonly errors: Error[];
  stop(): Promise<void>;
}

export async function startServices({ pageSize = 2 } = {}): Promise<Services> {
  const objects = new ObjectStore(join(temporaryFolder(), 'objects'));
  const codeCommit = new CodeCommit(pageSize);
  const jobs = new Jobs();
  const codePipeline = new CodePipeline(jobs, new Approvals());
  const ecr = new Ecr();
  const stacks = new Stacks((url) => readTemplate(objects, url));
  const errors: Error[] = [];
  const s3 = new S3Service(objects);
  const server = await AwsServer.start({
    targets: {
      AmazonEC2ContainerRegistry_V20150921: ecr.service,
      CodeCommit_20150413: codeCommit.service,
      CodePipeline_20150709: codePipeline.service,
      DynamoDB_20120810: new DynamoDb(),
    },
    queries: { cloudformation: cloudFormationService(stacks, objects, new Alarms(100), pageSize), sts: stsService(new Credentials()) },
    s3,
    registry: ecr.registry,
  }, (error) => errors.push(error));
  return {
    objects,
    s3,
    stacks,
    codeCommit,
    codePipeline,
    jobs,
    ecr,
    errors,
    endpoint: server.endpoint,
    clientConfig: { region: 'eu-west-1', endpoint: server.endpoint, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }, maxAttempts: 1 },
    stop: async () => server.stop(),
  };
}
