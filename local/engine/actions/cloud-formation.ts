import { NotEmulatedError } from '../../activity';
import { Alarms } from '../alarms';
import { requireDone, StackError, StackPlace, Stacks } from '../cloud-formation/stacks';
import { ActionHandler, ActionRequest, required } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';

const KNOWN = new Set(['ActionMode', 'StackName', 'ChangeSetName', 'TemplatePath', 'TemplateConfiguration', 'Capabilities', 'RoleArn']);

/** Deploy/CloudFormation: makes and executes change sets. One that watches alarms is executed when its time is over without any. */
export function cloudFormation(stacks: Stacks, alarms: Alarms): ActionHandler {
  return async (request) => {
    const { action, configuration } = request;
    const unknown = Object.keys(configuration).find((key) => !KNOWN.has(key));
    if (unknown !== undefined) {
      throw new NotEmulatedError(`${unknown} of CloudFormation action '${action.name}'`);
    }
    const stack = { account: action.account, region: action.region, name: required(request, 'StackName') };
    const mode = required(request, 'ActionMode');
    try {
      switch (mode) {
        case 'CHANGE_SET_REPLACE':
          stacks.replaceChangeSet(stack, required(request, 'ChangeSetName'), await readFile(request, 'TemplatePath'), await optionalFile(request, 'TemplateConfiguration'));
          break;
        case 'CHANGE_SET_EXECUTE':
          await watch(stacks, alarms, stack, required(request, 'ChangeSetName'));
          stacks.executeChangeSet(stack, required(request, 'ChangeSetName'));
          requireDone(stacks.find(stack)!.operations);
          break;
        case 'CREATE_UPDATE':
          stacks.deploy(stack, await readFile(request, 'TemplatePath'), await optionalFile(request, 'TemplateConfiguration'));
          break;
        default:
          throw new NotEmulatedError(`CloudFormation action mode ${mode} of action '${action.name}'`);
      }
    } catch (error) {
      throw error instanceof StackError ? new ActionFailure(error.message) : error;
    }
    const deployed = stacks.find(stack);
    return { externalId: `${stack.account}/${stack.region}/${stack.name}`, variables: deployed === undefined ? {} : stacks.outputs(deployed) };
  };
}

/** @throws StackError where an alarm goes off: the stack stays, or becomes again, what it was */
async function watch(stacks: Stacks, alarms: Alarms, stack: StackPlace, changeSet: string): Promise<void> {
  const { rollback, empty } = stacks.findChangeSet(stack, changeSet) ?? {};
  const arns = (rollback?.RollbackTriggers ?? []).map(({ Arn }) => Arn!);
  const alarm = arns.length === 0 || empty ? undefined : await alarms.firstWithin(rollback?.MonitoringTimeInMinutes ?? 0, arns);
  if (alarm !== undefined) {
    stacks.deleteChangeSet(stack, changeSet);
    throw new StackError(`Stack ${stack.name}: rollback trigger ${alarm} breached: UPDATE_ROLLBACK_COMPLETE`);
  }
}

async function optionalFile(request: ActionRequest, key: string): Promise<string | undefined> {
  return request.configuration[key] === undefined ? undefined : readFile(request, key);
}

/** A file given as `<artifact>::<path>`. */
async function readFile(request: ActionRequest, key: string): Promise<string> {
  const [artifact, path] = required(request, key).split('::');
  const location = request.inputs.get(artifact);
  if (location === undefined || path === undefined) {
    throw new ActionFailure(`${key} '${request.configuration[key]}' of action '${request.action.name}' names no file of its input artifacts`);
  }
  return request.artifacts.file(location, path);
}
