import { Access } from './access';
import { buildStart, passing, projectAccesses } from './engine-calls';
import { Inventory } from './inventory';
import { accountOf, objectAccess } from './service-calls';
import { Resource } from '../assembly/resources';

interface BuildParameters {
  readonly ProjectName: string;
  readonly ServiceRoleOverride?: string;
  readonly LogsConfigOverride?: { readonly CloudWatchLogs?: { readonly GroupName?: string } };
}

/** What a state machine does to run a task, with its role. */
export function taskAccesses(task: string, parameters: Readonly<Record<string, unknown>>, machine: Resource<object>, inventory: Inventory): Access[] {
  const role = (machine.properties as { readonly RoleArn: string }).RoleArn;
  const { account, region, arn } = machine;
  switch (task) {
    case 'lambda:invoke': {
      const functionArn = String(parameters.FunctionName);
      return [{ principal: role, action: 'lambda:InvokeFunction', resource: functionArn, account: accountOf(functionArn) }];
    }
    case 'codebuild:startBuild.sync': {
      const { ProjectName: name, ServiceRoleOverride: override, LogsConfigOverride: logs } = parameters as unknown as BuildParameters;
      const project = inventory.find<object>('AWS::CodeBuild::Project', name);
      if (project === undefined) {
        return [];
      }
      const rule = `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule`;
      return [
        ...projectAccesses(role, project, ['StartBuild', 'BatchGetBuilds']),
        ...(override === undefined ? [] : [passing(role, override, 'codebuild.amazonaws.com')]),
        ...['PutRule', 'PutTargets', 'DescribeRule'].map((operation) => ({ principal: role, action: `events:${operation}`, resource: rule, account })),
        ...buildStart(project, [], inventory, {
          role: override, logGroup: logs?.CloudWatchLogs?.GroupName,
        }),
      ];
    }
    case 's3:getObject':
      // Who reads items from an object is a Distributed Map, which runs as executions of its own.
      return [
        ...objectAccess(role, 's3:GetObject', { bucket: String(parameters.Bucket), key: String(parameters.Key) }, inventory),
        { principal: role, action: 'states:StartExecution', resource: arn, account },
        { principal: role, action: 'states:DescribeExecution', resource: `${arn.replace(':stateMachine:', ':execution:')}/Builds:local`, account },
      ];
    default: {
      const [, operation] = /^aws-sdk:resiliencehub:(\w+)$/.exec(task) ?? [];
      // Assessments are judged by their application.
      return operation === undefined ? [] : [{
        principal: role, action: `resiliencehub:${operation}`, resource: String(parameters.AppArn ?? parameters.AssessmentArn).replace(':app-assessment/', ':app/'), account,
      }];
    }
  }
}
