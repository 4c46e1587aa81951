import { CloudFormationClient, DescribeStacksCommand, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { CodeBuildClient, ListCuratedEnvironmentImagesCommand } from '@aws-sdk/client-codebuild';
import { CodeStarConnectionsClient, GetConnectionCommand } from '@aws-sdk/client-codestar-connections';
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeEventsCommand, HealthClient } from '@aws-sdk/client-health';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { paginateListServiceQuotas, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { unseenSite } from './judge';
import { ecrImage, Facts, Seen, Site, StackSeen } from './requirements';

/** AWS Health's API for all Regions is there. */
const HEALTH_REGION = 'us-east-1';

/** Where and as whom to look. */
interface Access {
  readonly region: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
}

/** Looks at sites: at those of the caller's own account as the caller, at others as the bootstrap's lookup role. Reads, and changes nothing. */
export class Looker {
  private account?: Promise<string>;

  public async look(site: Site): Promise<Facts> {
    const access = await seen(async () => this.access(site));
    if ('unseen' in access) {
      const { account, lookupRoleArn } = site;
      return unseenSite(site, lookupRoleArn === undefined
        ? `${access.unseen}. Run this with credentials of account ${account}.`
        : `${access.unseen}. Is the account bootstrapped? Run this with credentials of account ${account}, or bootstrap it with --trust-for-lookup and the account of yours.`);
    }
    return facts(site, access.known);
  }

  private async access({ account, region, lookupRoleArn }: Site): Promise<Access> {
    const sts = new STSClient({ region });
    this.account ??= sts.send(new GetCallerIdentityCommand()).then(({ Account: own }) => own!);
    const own = await this.account;
    if (own === account) {
      return { region };
    }
    if (lookupRoleArn === undefined) {
      throw new Error(`the credentials are of account ${own}, and no lookup role of ${account} is known`);
    }
    const { Credentials: taken } = await sts.send(new AssumeRoleCommand({ RoleArn: lookupRoleArn, RoleSessionName: 'modular-pipeline-doctor' }));
    return { region, credentials: { accessKeyId: taken!.AccessKeyId!, secretAccessKey: taken!.SecretAccessKey!, sessionToken: taken!.SessionToken! } };
  }
}

async function facts(site: Site, access: Access): Promise<Facts> {
  const ssm = new SSMClient(access);
  const iam = new IAMClient(access);
  const cloudFormation = new CloudFormationClient(access);
  const connections = new CodeStarConnectionsClient(access);
  const secrets = new SecretsManagerClient(access);
  return {
    bootstraps: await each(site.bootstraps.map(({ parameter }) => parameter), async (parameter) => (
      unless('ParameterNotFound', async () => (await ssm.send(new GetParameterCommand({ Name: parameter }))).Parameter!.Value!))),
    roles: await each(site.roles.map(({ arn }) => arn), async (arn) => unless('NoSuchEntityException', async () => {
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: arn.split('/').at(-1) }));
      return JSON.parse(decodeURIComponent(role!.AssumeRolePolicyDocument!)) as unknown;
    })),
    stacks: await each(site.stacks.map(({ name }) => name), async (name) => (name.endsWith('*') ? stacksNamed(cloudFormation, name.slice(0, -1)) : stackNamed(cloudFormation, name))),
    buildQuotas: await onlyIf(site.builds.length > 0, async () => buildQuotas(new ServiceQuotasClient(access)), new Map()),
    curatedImages: await onlyIf(site.images.length > 0, async () => curatedImages(new CodeBuildClient(access)), new Set()),
    images: await each(
      site.images.flatMap(({ image }) => (image !== undefined && ecrImage(image) !== undefined ? [image] : [])), async (image) => isInEcr(image, access),
    ),
    secrets: await each(site.images.flatMap(({ secret }) => secret ?? []), async (secret) => (
      await unless('ResourceNotFoundException', async () => secrets.send(new DescribeSecretCommand({ SecretId: secret })))) !== undefined),
    connections: await each(site.connections, async (arn) => (
      unless('ResourceNotFoundException', async () => (await connections.send(new GetConnectionCommand({ ConnectionArn: arn }))).Connection!.ConnectionStatus!))),
    health: await onlyIf(site.health, async () => (
      await unless('SubscriptionRequiredException', async () => new HealthClient({ ...access, region: HEALTH_REGION }).send(new DescribeEventsCommand({ maxResults: 10 })))) !== undefined, false),
  };
}

/** Looks at one thing after the other: there are few, and none may be throttled for it. */
async function each<T>(keys: readonly string[], read: (key: string) => Promise<T>): Promise<Map<string, Seen<T>>> {
  const found = new Map<string, Seen<T>>();
  for (const key of keys) {
    found.set(key, await seen(async () => read(key)));
  }
  return found;
}

async function onlyIf<T>(asked: boolean, read: () => Promise<T>, otherwise: T): Promise<Seen<T>> {
  return asked ? seen(read) : { known: otherwise };
}

/** What cannot be looked at is said in the report: the rest is still worth knowing. */
async function seen<T>(read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { known: await read() };
  } catch (error) {
    return { unseen: `${(error as Error).name}: ${(error as Error).message.split('\n')[0]}` };
  }
}

/** Nothing where AWS answers by this error, which says that the thing is not there. */
async function unless<T>(errorName: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if ((error as Error).name === errorName) {
      return undefined;
    }
    throw error;
  }
}

async function stackNamed(client: CloudFormationClient, name: string): Promise<StackSeen[]> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks!.map(({ StackStatus: status }) => ({ name, status: status! }));
  } catch (error) {
    if ((error as Error).name === 'ValidationError' && (error as Error).message.includes('does not exist')) {
      return [];
    }
    throw error;
  }
}

/** All stacks whose names begin so, but those that are deleted. */
async function stacksNamed(client: CloudFormationClient, start: string): Promise<StackSeen[]> {
  const found: StackSeen[] = [];
  for await (const { Stacks: page = [] } of paginateDescribeStacks({ client }, {})) {
    found.push(...page.flatMap(({ StackName: name, StackStatus: status, ParentId: parent }) => (
      parent === undefined && name!.startsWith(start) ? [{ name: name!, status: status! }] : [])));
  }
  return found;
}

async function buildQuotas(client: ServiceQuotasClient): Promise<Map<string, number>> {
  const quotas = new Map<string, number>();
  for await (const { Quotas: page = [] } of paginateListServiceQuotas({ client }, { ServiceCode: 'codebuild' })) {
    page.forEach(({ QuotaName: name, Value: value }) => quotas.set(name!, value!));
  }
  return quotas;
}

async function curatedImages(client: CodeBuildClient): Promise<Set<string>> {
  const { platforms = [] } = await client.send(new ListCuratedEnvironmentImagesCommand({}));
  return new Set(platforms.flatMap(({ languages = [] }) => languages.flatMap(({ images = [] }) => images.map(({ name }) => name!))));
}

async function isInEcr(image: string, { credentials }: Access): Promise<boolean> {
  const { registryId, region, repositoryName, imageId } = ecrImage(image)!;
  const client = new ECRClient({ region, ...(credentials === undefined ? {} : { credentials }) });
  try {
    await client.send(new DescribeImagesCommand({ registryId, repositoryName, imageIds: [imageId] }));
    return true;
  } catch (error) {
    if (['ImageNotFoundException', 'RepositoryNotFoundException'].includes((error as Error).name)) {
      return false;
    }
    throw error;
  }
}
