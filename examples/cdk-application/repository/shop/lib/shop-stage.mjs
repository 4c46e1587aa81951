import { Stage } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.mjs';
import { DataStack } from './data-stack.mjs';

/** All stacks of one environment. */
export class ShopStage extends Stage {
  constructor(scope, id, { isProduction, ...props }) {
    super(scope, id, props);
    const data = new DataStack(this, 'Data', { isProduction });
    new ApiStack(this, 'Api', { isProduction, table: data.table, receipts: data.receipts });
  }
}
