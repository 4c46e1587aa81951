import { ReadAssemblyFile } from '../../../../src/core/assembly/assembly';

/** An assembly whose files are these: objects as JSON, texts as they are. */
export function memoryAssembly(files: Readonly<Record<string, unknown>>): ReadAssemblyFile {
  return (path) => {
    const file = files[path];
    return file === undefined || typeof file === 'string' ? file : JSON.stringify(file);
  };
}

interface StackOptions {
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** A stack's artifact as the CDK writes it. */
export function stackArtifact(stackName: string, { properties, ...options }: StackOptions = {}) {
  return {
    type: 'aws:cloudformation:stack',
    environment: 'aws://111111111111/eu-west-1',
    ...options,
    properties: {
      templateFile: `${stackName}.template.json`,
      stackName,
      assumeRoleArn: 'arn:${AWS::Partition}:iam::111111111111:role/cdk-hnb659fds-deploy-role-111111111111-eu-west-1',
      cloudFormationExecutionRoleArn: 'arn:${AWS::Partition}:iam::111111111111:role/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1',
      ...properties,
    },
  };
}
