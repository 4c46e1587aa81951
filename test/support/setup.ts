import { recordRequests } from './record-requests';

// The SDK warns of the end of Node.js 20 once per process, between the lines that a reader of the tests looks for.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// The CDK judges every template by CloudFormation's schemas, at the cost of several seconds a test file. The tests of the
// examples let it; the others look at the templates themselves.
process.env.CDK_VALIDATION ??= 'false';

// Before the SDK's clients are loaded, which make their commands then.
if (process.env.RECORD_REQUESTS !== undefined && process.env.RECORD_REQUESTS !== '') {
  recordRequests(process.env.RECORD_REQUESTS);
}
