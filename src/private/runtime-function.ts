import * as fs from 'node:fs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { assetHash } from './asset-hash';
import { Bundle, bundleFile, withFolder } from './bundles';
import { allow, allowPattern } from './grants';
import { InlineRole } from './inline-role';

/** By name: not every version of the CDK that the package takes has a constant for it. */
const NODEJS_24 = new lambda.Runtime('nodejs24.x', lambda.RuntimeFamily.NODEJS);

/** Properties of a `RuntimeFunction`. */
export interface RuntimeFunctionProps {
  readonly bundle: Bundle;
  readonly description: string;
  /** Files that the program finds next to itself. */
  readonly files: { readonly [name: string]: string };
  /** Further programs that it loads when it needs them, by the file's name next to itself. */
  readonly parts?: { readonly [name: string]: Bundle };
  /** Names are bounded (solution 64, branch 256 characters, ...), so that the 4 KB of a function's environment always hold them. */
  readonly environment: { readonly [name: string]: string | undefined };
  readonly timeout: Duration;
  /** In MiB. */
  readonly memorySize: number;
  readonly logRetention: logs.RetentionDays;
}

/** One of the package's programs as a Lambda function, with a role and a log group of its own. */
export class RuntimeFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.IRole;

  constructor(scope: Construct, id: string, props: RuntimeFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    this.role = new InlineRole(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    allow(this.role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    const programs = Object.entries({ ...props.parts, 'index.js': props.bundle }).map(([name, bundle]) => [name, fs.readFileSync(bundleFile(bundle))]);
    const files = { ...props.files, ...Object.fromEntries(programs) as { [name: string]: Buffer } };
    this.function = withFolder(this, files, (folder) => new lambda.Function(this, 'Function', {
      code: lambda.Code.fromAsset(folder, { assetHash: assetHash(files) }),
      handler: 'index.handler',
      runtime: NODEJS_24,
      architecture: lambda.Architecture.ARM_64,
      role: this.role,
      logGroup,
      description: props.description,
      environment: Object.fromEntries(Object.entries(props.environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
      timeout: props.timeout,
      memorySize: props.memorySize,
    }));
  }

  /** Lets the function answer a pipeline's jobs. */
  public allowAnswers(): void {
    allowPattern(this.role, 'CodePipeline knows no resource for answers to its jobs: the job\'s ID is what authorises them.',
      ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'], ['*']);
  }
}
