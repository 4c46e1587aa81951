import { Fn, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { connectionParts, connectionUrl, repositoryIdProblem } from '../contract/source';
import { requireLiteral } from '../private/literal';

/** What connections were called before July 2024, and what they are called since: the prefix of an action is that of the connection's ARN. */
const SERVICES = ['codeconnections', 'codestar-connections'] as const;

/** @throws where it is a literal that is no connection's ARN */
export function requireConnection(what: string, arn: string): string {
  if (!Token.isUnresolved(arn) && connectionParts(arn) === undefined) {
    throw new Error(`${what} is ${JSON.stringify(arn)}: give a connection's ARN, such as arn:aws:codeconnections:REGION:ACCOUNT:connection/ID. `
      + 'The console\'s page "Settings > Connections" shows it.');
  }
  return arn;
}

/** @throws where the connection is known to be of another Region than the pipeline */
export function requireSameRegion(what: string, arn: string, stack: Stack): void {
  const region = Token.isUnresolved(arn) ? undefined : connectionParts(arn)!.region;
  if (region !== undefined && !Token.isUnresolved(stack.region) && region !== stack.region) {
    throw new Error(`${what} is of Region ${region}, and the pipeline's is ${stack.region}: make a connection there.`);
  }
}

/** @throws where it is not an owner and a name */
export function requireRepositoryId(what: string, repository: string): string {
  const problem = repositoryIdProblem(requireLiteral(what, repository));
  if (problem !== undefined) {
    throw new Error(`${what} is ${JSON.stringify(repository)}: ${problem}.`);
  }
  return repository;
}

/** Where the connection gives out the repository; put together at deployment where its ARN is known no earlier. */
export function repositoryUrl(connectionArn: string, repository: string): { readonly url: string; readonly region: string } {
  if (!Token.isUnresolved(connectionArn)) {
    const parts = connectionParts(connectionArn)!;
    return { url: connectionUrl(parts, repository, parts.partition === 'aws-cn' ? 'amazonaws.com.cn' : undefined), region: parts.region };
  }
  const part = (index: number) => Fn.select(index, Fn.split(':', connectionArn));
  const parts = { partition: part(1), service: part(2), region: part(3), account: part(4), id: Fn.select(1, Fn.split('/', connectionArn)) };
  return { url: connectionUrl(parts, repository), region: parts.region };
}

/** What CodePipeline's source action needs of a connection. */
export function actionStatements(connectionArn: string): iam.PolicyStatement[] {
  return [new iam.PolicyStatement({ actions: actionsOf(connectionArn, 'UseConnection'), resources: [connectionArn] })];
}

/**
 * What reading a repository through a connection needs: this repository alone, and to read it.
 * A key that a request does not carry locks no one out: AWS does not say which of them its Git proxy fills in.
 */
export function gitStatements(connectionArn: string, repository: string): iam.PolicyStatement[] {
  return [
    ...servicesOf(connectionArn).map((service) => new iam.PolicyStatement({
      actions: [`${service}:UseConnection`],
      resources: [connectionArn],
      conditions: {
        'StringEqualsIfExists': { [`${service}:FullRepositoryId`]: repository, [`${service}:ProviderPermissionsRequired`]: 'read_only' },
        'ForAllValues:StringEquals': { [`${service}:ProviderAction`]: ['GitPull'] },
      },
    })),
    new iam.PolicyStatement({ actions: actionsOf(connectionArn, 'GetConnection'), resources: [connectionArn] }),
  ];
}

/** What CodeBuild needs of a connection, to clone and to report: it has a token made for it. */
export function buildStatements(connectionArn: string): iam.PolicyStatement[] {
  return [new iam.PolicyStatement({
    actions: ['GetConnection', 'GetConnectionToken', 'UseConnection'].flatMap((action) => actionsOf(connectionArn, action)), resources: [connectionArn],
  })];
}

function actionsOf(connectionArn: string, action: string): string[] {
  return servicesOf(connectionArn).map((service) => `${service}:${action}`);
}

function servicesOf(connectionArn: string): readonly string[] {
  return Token.isUnresolved(connectionArn) ? SERVICES : [connectionParts(connectionArn)!.service];
}
