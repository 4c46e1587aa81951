import { fileURLToPath } from 'node:url';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { LambdaRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { MonitoringStack } from './monitoring-stack.mjs';

const folder = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The API, its functions, and the work that follows an order. */
export class ApiStack extends Stack {
  constructor(scope, id, { isProduction, table, receipts }) {
    super(scope, id);
    const layer = new LayerVersion(this, 'Money', { code: Code.fromAsset(folder('layer')), compatibleRuntimes: [Runtime.NODEJS_22_X] });
    const functions = Object.fromEntries(['orders', 'stock', 'report'].map((name) => [name, new Function(this, name, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(folder(`functions/${name}`)),
      layers: [layer],
      memorySize: isProduction ? 512 : 128,
      environment: { TABLE: table.tableName, RECEIPTS: receipts.bucketName },
    })]));
    table.grantReadWriteData(functions.orders);
    table.grantReadData(functions.stock);
    receipts.grantWrite(functions.report);
    const work = new StateMachine(this, 'Work', {
      definitionBody: DefinitionBody.fromFile(folder('work.asl.json')),
      definitionSubstitutions: { Report: functions.report.functionArn },
    });
    functions.report.grantInvoke(work);
    const api = new LambdaRestApi(this, 'Http', { handler: functions.orders, deployOptions: { tracingEnabled: true } });
    if (isProduction) {
      new MonitoringStack(this, 'Monitoring', { functions: Object.values(functions) });
    }
    new CfnOutput(this, 'Url', { value: api.url });
  }
}
