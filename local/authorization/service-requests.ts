import { IncomingMessage, ServerResponse } from 'node:http';
import { AccessDeniedError } from './access';
import { scopeOf } from './credentials';
import { ServiceCall } from './service-calls';
import { invokedFunction } from '../services/invoked-function';
import { parseForm } from '../services/query-form';
import { escapeXml } from '../services/s3/xml';

/** A service's name in IAM by the one that it has in `X-Amz-Target`. */
const TARGETS: Readonly<Record<string, string>> = {
  AWSEvents: 'events',
  AWSStepFunctions: 'states',
  AmazonEC2ContainerRegistry: 'ecr',
  AmazonSSM: 'ssm',
  CodeBuild: 'codebuild',
  CodeCommit: 'codecommit',
  CodePipeline: 'codepipeline',
  DynamoDB: 'dynamodb',
  Logs: 'logs',
};

/** What pushing an image takes next to its manifest: layers are taken for granted locally. */
const PUSH = ['BatchCheckLayerAvailability', 'InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload', 'PutImage'];

/** Which operations of which service a signed request is. */
export function serviceCallOf(request: IncomingMessage, body: Buffer): Omit<ServiceCall, 'role'>[] {
  const { service, region } = scopeOf(request)!;
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [name, operation] = target.split('.');
    return [{ service: TARGETS[name.split('_')[0]] ?? name, operation, region, input: JSON.parse(body.toString() || '{}') as Record<string, unknown> }];
  }
  if (service === 's3') {
    return [{ service, region, ...s3Operation(request) }];
  }
  const functionName = service === 'lambda' ? invokedFunction(request.url) : undefined;
  if (functionName !== undefined) {
    return [{ service, operation: 'InvokeFunction', region, input: { functionName } }];
  }
  const [, repositoryName] = /^\/v2\/(.+)\/manifests\//.exec(request.url ?? '') ?? [];
  if (repositoryName !== undefined) {
    return PUSH.map((operation) => ({ service: 'ecr', operation, region, input: { repositoryName } }));
  }
  const form = new URLSearchParams(body.toString());
  return [{ service, operation: form.get('Action') ?? '', region, input: parseForm(form) as Record<string, unknown> }];
}

const OBJECT_OPERATIONS: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' };

function s3Operation({ method = '', url = '/' }: IncomingMessage): Pick<ServiceCall, 'operation' | 'input'> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, bucket, ...rest] = pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const prefix = searchParams.get('prefix') ?? undefined;
  if (searchParams.has('uploads') || searchParams.has('uploadId')) {
    return { operation: method === 'DELETE' ? 'AbortMultipartUpload' : 'PutObject', input: { bucket, key } };
  }
  return key === ''
    ? { operation: method === 'HEAD' ? 'HeadBucket' : 'ListObjectsV2', input: { bucket, prefix } }
    : { operation: OBJECT_OPERATIONS[method] ?? method, input: { bucket, key, versionId: searchParams.get('versionId') ?? undefined } };
}

/** Answers as the service would that denies an access. */
export function answerDenied(request: IncomingMessage, response: ServerResponse, { message }: AccessDeniedError): void {
  if (request.headers['x-amz-target'] !== undefined) {
    answer(response, 400, 'application/x-amz-json-1.1', JSON.stringify({ __type: 'AccessDeniedException', message }));
  } else if (request.url?.startsWith('/v2/')) {
    answer(response, 403, 'application/json', JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
  } else if (scopeOf(request)?.service === 's3') {
    answer(response, 403, 'application/xml', request.method === 'HEAD' ? '' : `<Error><Code>AccessDenied</Code><Message>${escapeXml(message)}</Message></Error>`);
  } else {
    answer(response, 403, 'text/xml', `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`);
  }
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
