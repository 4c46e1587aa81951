import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ModularPipelineClient, PipelineDescription } from './pipeline';
import { Records } from './records';
import { OptionValues, textOption } from '../command';
import { InputError, UsageError } from '../errors';

/** A pipeline that a command works on. */
export interface Operation {
  readonly client: ModularPipelineClient;
  readonly pipeline: PipelineDescription;
  readonly records: Records;
  readonly dynamoDb: DynamoDBDocumentClient;
}

export const PIPELINE_OPTIONS = { pipeline: { type: 'string' } } as const;

export const PIPELINE_HELP = `  --pipeline NAME   the pipeline, as CodePipeline calls it. Account, Region and credentials are those of the AWS SDK's
                    own settings: AWS_PROFILE, AWS_REGION and so on
`;

/** The pipeline that the options name. */
export async function openPipeline(values: OptionValues): Promise<Operation> {
  const name = textOption(values, 'pipeline');
  if (name === undefined) {
    throw new UsageError('Pass --pipeline NAME.');
  }
  const client = new ModularPipelineClient(new CodePipelineClient(), name);
  const pipeline = await client.describe();
  const dynamoDb = DynamoDBDocumentClient.from(new DynamoDBClient());
  return { client, pipeline, records: new Records(dynamoDb, new S3Client(), pipeline), dynamoDb };
}

/** @throws InputError where the pipeline has no environment of this name */
export function requireEnvironment({ environments }: PipelineDescription, name: string): string {
  if (!environments.includes(name)) {
    throw new InputError(`There is no environment '${name}'. There are ${environments.map((known) => `'${known}'`).join(', ')}.`);
  }
  return name;
}
