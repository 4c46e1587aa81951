import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { FUNCTION_ENV } from '../contract/environment';
import { WEBHOOK_PARTITION } from '../contract/tables';
import { IDiffTable } from '../diff-table/diff-table';
import { acknowledge } from '../private/acknowledge';
import { allow, allowSecret } from '../private/grants';
import { RuntimeFunction } from '../private/runtime-function';
import { grantOnTable } from '../private/tables';

export interface WebhookProps {
  readonly solution: string;
  readonly branch: string;
  /** Whether tags are hints, too. */
  readonly takesTags: boolean;
  readonly secret: secretsmanager.ISecret;
  readonly diffTable: IDiffTable;
  readonly diffFunction: lambda.IFunction;
  readonly logRetention: logs.RetentionDays;
}

/** A host sends a request for each push; strangers send as many as they like. */
const REQUESTS_A_SECOND = 5;
const REQUESTS_AT_ONCE = 10;

const LOGGED = { time: '$context.requestTime', id: '$context.requestId', ip: '$context.identity.sourceIp', status: '$context.status', bytes: '$context.responseLength', error: '$context.error.message' };

/** Where a Git host says that something was pushed: an API of one route, throttled, with an access log, before a function that judges the request. */
export class Webhook extends Construct {
  public readonly url: string;

  constructor(scope: Construct, id: string, props: WebhookProps) {
    super(scope, id);
    const { solution, secret, diffTable, diffFunction, logRetention } = props;
    const stack = Stack.of(this);
    const { function: target, role } = new RuntimeFunction(this, 'Receiver', {
      bundle: 'lambda/webhook.lambda',
      description: `Takes the webhook of ${solution}`,
      files: {},
      environment: {
        [FUNCTION_ENV.solution]: solution,
        [FUNCTION_ENV.branch]: props.branch,
        ...(props.takesTags ? { [FUNCTION_ENV.takesTags]: 'true' } : {}),
        [FUNCTION_ENV.diffTable]: diffTable.tableName,
        [FUNCTION_ENV.webhookSecret]: secret.secretArn,
        [FUNCTION_ENV.diffFunction]: diffFunction.functionName,
      },
      timeout: Duration.seconds(10),
      memorySize: 256,
      logRetention,
    });
    allowSecret(role, secret);
    allow(role, ['lambda:InvokeFunction'], [diffFunction.functionArn]);
    grantOnTable(role, {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resourceArns: [diffTable.tableArn], encryptionKey: diffTable.encryptionKey, leadingKeys: [WEBHOOK_PARTITION],
    });

    const api = new apigateway.CfnApi(this, 'Api', { name: `${solution}-webhook`, protocolType: 'HTTP', description: `The webhook of ${solution}` });
    const integration = new apigateway.CfnIntegration(this, 'Integration', {
      apiId: api.ref, integrationType: 'AWS_PROXY', integrationUri: target.functionArn, payloadFormatVersion: '2.0', timeoutInMillis: 10_000,
    });
    const route = new apigateway.CfnRoute(this, 'Route', { apiId: api.ref, routeKey: 'POST /push', target: `integrations/${integration.ref}`, authorizationType: 'NONE' });
    acknowledge(route, 'AwsSolutions-APIG4', 'Git hosts sign requests, or send a secret, which no authorizer of API Gateway judges: the function does, before anything else.');
    const log = new logs.LogGroup(this, 'AccessLog', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    new apigateway.CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(LOGGED) },
      defaultRouteSettings: { throttlingRateLimit: REQUESTS_A_SECOND, throttlingBurstLimit: REQUESTS_AT_ONCE },
    });
    target.addPermission('Invoke', {
      principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: stack.formatArn({ service: 'execute-api', resource: api.ref, resourceName: '*/POST/push' }),
    });
    this.url = `https://${api.ref}.execute-api.${stack.region}.${stack.urlSuffix}/push`;
  }
}
