import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Command, EXIT, textOption } from '../command';
import { UsageError } from '../errors';
import { LeftBehindStack, LeftBehindStacks } from '../operations/left-behind';
import { openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS, requireEnvironment } from '../operations/operation';
import { DoomedResource, StackDeletion } from '../operations/stack-deletion';

export const deleteStack: Command = {
  usage: 'ENVIRONMENT STACK --pipeline NAME [--place PLACE] [--role ARN] [--yes]',
  summary: 'Deletes a stack that earlier releases brought to an environment, and that the release does not have any more.',
  help: `Releases delete no stack. The command status lists those that were left behind. Without --yes it says what would go, and deletes nothing.
A stack that others import from, that is protected against deletion, or that may still come back, is refused.

Options:
${PIPELINE_HELP}  --place PLACE     the place, where several have the stack: an environment of several Regions has one in each
  --role ARN        the role to delete with; where absent, the deploy role of the CDK's bootstrap in the stack's account and Region,
                    which your credentials have to be allowed to assume
  --yes             delete it, and wait until that is done

Examples:
  cdk-modular-pipeline delete-stack prod shop-reports --pipeline shop
  cdk-modular-pipeline delete-stack prod shop-reports --pipeline shop --yes
`,
  options: { ...PIPELINE_OPTIONS, place: { type: 'string' }, role: { type: 'string' }, yes: { type: 'boolean' } },
  positionals: ['ENVIRONMENT', 'STACK'],
  async run(values, [environment, stackName], context) {
    const role = textOption(values, 'role');
    if (role !== undefined && !/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(role)) {
      throw new UsageError(`--role takes the ARN of a role, not '${role}'.`);
    }
    const { pipeline, dynamoDb } = await openPipeline(values);
    const stacks = new LeftBehindStacks(dynamoDb, pipeline, requireEnvironment(pipeline, environment!));
    const stack = await stacks.find(stackName!, textOption(values, 'place'));
    const client = await clientAs(role ?? bootstrapRole(stack), stack);
    const deletion = new StackDeletion(client, stack, async (milliseconds) => sleep(milliseconds));
    const resources = await deletion.look();
    if (resources === undefined) {
      await stacks.forget(stack);
      context.out(`Stack ${stack.stackName} is deleted already. It is not listed any more.\n`);
      return EXIT.done;
    }
    context.out(describe(stack, resources));
    if (values.yes !== true) {
      context.out('Nothing was deleted. Pass --yes to delete the stack.\n');
      return EXIT.done;
    }
    await deletion.run();
    await stacks.forget(stack);
    context.out(`Stack ${stack.stackName} is deleted.\n`);
    return EXIT.done;
  },
};

function bootstrapRole({ partition, account, region }: LeftBehindStack): string {
  return `arn:${partition}:iam::${account}:role/cdk-hnb659fds-deploy-role-${account}-${region}`;
}

async function clientAs(role: string, { region }: LeftBehindStack): Promise<CloudFormationClient> {
  const { Credentials: credentials } = await new STSClient().send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'modular-pipeline-delete-stack' }));
  return new CloudFormationClient({
    region,
    credentials: { accessKeyId: credentials!.AccessKeyId!, secretAccessKey: credentials!.SecretAccessKey!, sessionToken: credentials!.SessionToken! },
  });
}

function describe({ stackName, account, region, place }: LeftBehindStack, resources: readonly DoomedResource[]): string {
  const line = ({ logicalId, type, policy }: DoomedResource) => `- ${logicalId} (${type})${policy === undefined ? '' : `, whose deletion policy is ${policy}`}`;
  return [`Stack ${stackName} of '${place}', in account ${account}, ${region}, has ${resources.length} resources:`, ...resources.map(line), ''].join('\n');
}
