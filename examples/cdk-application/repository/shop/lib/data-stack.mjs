import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';

/** What outlives releases. In test it is thrown away with the stack. */
export class DataStack extends Stack {
  constructor(scope, id, { isProduction }) {
    super(scope, id);
    const removalPolicy = isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.table = new Table(this, 'Orders', {
      partitionKey: { name: 'Id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy,
    });
    this.receipts = new Bucket(this, 'Receipts', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy,
      // Made of a custom resource, whose code is an asset of the CDK's own.
      autoDeleteObjects: !isProduction,
    });
  }
}
