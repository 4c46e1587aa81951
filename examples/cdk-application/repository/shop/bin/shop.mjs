import { App } from 'aws-cdk-lib';
import { ShopStage } from '../lib/shop-stage.mjs';

const app = new App();
const env = (account) => ({ account: app.node.getContext(account), region: app.node.getContext('region') });

// Environments differ by what they are given, and by how many resources they have.
new ShopStage(app, 'Test', { env: env('testAccount'), isProduction: false });
new ShopStage(app, 'Prod', { env: env('prodAccount'), isProduction: true });
