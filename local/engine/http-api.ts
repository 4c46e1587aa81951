import { randomUUID } from 'node:crypto';
import { NotEmulatedError } from '../activity';
import { LambdaFunction } from './lambda/function';
import { Resource } from '../assembly/resources';
import { Access } from '../authorization/access';

/** A request as it arrives at an API. */
export interface HttpApiRequest {
  /** Such as `POST /push`. */
  readonly route: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpApiAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface RouteProperties {
  readonly ApiId: string;
  readonly RouteKey: string;
  readonly Target: string;
  readonly AuthorizationType?: string;
}

interface IntegrationProperties {
  readonly IntegrationType: string;
  readonly IntegrationUri: string;
  readonly PayloadFormatVersion?: string;
}

export interface HttpApisOptions {
  readonly functionByArn: (arn: string) => LambdaFunction | undefined;
  /** @throws AccessDeniedError */
  readonly require: (accesses: readonly Access[]) => Promise<void>;
}

/** API Gateway's HTTP APIs: routes without an authorizer, in front of functions. Nothing is throttled. */
export class HttpApis {
  private readonly routes: Resource<RouteProperties>[];
  private readonly integrations: ReadonlyMap<string, Resource<IntegrationProperties>>;

  /** @throws NotEmulatedError for other routes and integrations */
  public constructor(resources: readonly Resource[], private readonly options: HttpApisOptions) {
    const of = (type: string) => resources.filter((resource) => resource.type === `AWS::ApiGatewayV2::${type}`);
    this.routes = of('Route') as unknown as Resource<RouteProperties>[];
    this.integrations = new Map(of('Integration').map((resource) => [resource.name, resource as unknown as Resource<IntegrationProperties>]));
    for (const { logicalId, properties } of this.routes) {
      const { IntegrationType: type, PayloadFormatVersion: version } = this.integrationOf(properties).properties;
      if ((properties.AuthorizationType ?? 'NONE') !== 'NONE' || type !== 'AWS_PROXY' || version !== '2.0') {
        throw new NotEmulatedError(`route ${logicalId} with authorization ${properties.AuthorizationType}, integration ${type} and payload ${version}`);
      }
    }
  }

  public get count(): number {
    return this.routes.length;
  }

  /** Answers a request as the function behind its route does; 404 where there is none, 500 where it fails. */
  public async answer({ route: wanted, headers, body }: HttpApiRequest): Promise<HttpApiAnswer> {
    const route = this.routes.find(({ properties }) => properties.RouteKey === wanted);
    if (route === undefined) {
      return { statusCode: 404 };
    }
    const [method, rawPath] = wanted.split(' ') as [string, string];
    const { IntegrationUri: functionArn } = this.integrationOf(route.properties).properties;
    const target = this.options.functionByArn(functionArn);
    if (target === undefined) {
      throw new NotEmulatedError(`an integration of '${functionArn}', which is no function of the assembly`);
    }
    const { account, region, properties: { ApiId: api } } = route;
    await this.options.require([{
      principal: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
      resource: functionArn,
      account,
      context: { 'aws:SourceArn': `arn:aws:execute-api:${region}:${account}:${api}/$default/${method}${rawPath}`, 'aws:SourceAccount': account },
    }]);
    try {
      return await target.invoke({
        version: '2.0',
        routeKey: wanted,
        rawPath,
        rawQueryString: '',
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        requestContext: { requestId: randomUUID(), stage: '$default', http: { method, path: rawPath, sourceIp: '192.0.2.1' } },
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
      }) as HttpApiAnswer;
    } catch {
      return { statusCode: 500 };
    }
  }

  private integrationOf({ Target: target }: RouteProperties): Resource<IntegrationProperties> {
    return this.integrations.get(target.replace('integrations/', ''))!;
  }
}
