import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { alarmRules, AlarmsOptions } from './alarms';
import { approvalGate, ApprovalOptions } from './approval';
import { awsHealthGate, AwsHealthOptions } from './aws-health';
import { calendarGate } from './calendar';
import { ChangeSetGuardOptions, guardRules } from './change-set-guard';
import { GateBindOptions, GateConfig, GatePosition } from './gate-config';
import { integrationTestsGate, IntegrationTestsOptions } from './integration-tests';
import { stateMachineGate, StateMachineGateOptions } from './state-machine';

/**
 * What stands between a release and an environment: a release that a gate refuses is not recorded there, and goes no further.
 * A gate of one's own extends this class.
 */
export abstract class Gate {
  /**
   * Says what a release may delete or replace. Every environment has the guard, without any allowance: between creation and execution of the
   * change set it reads it whole, nested stacks too, and refuses it where a resource would be deleted or replaced, or might be.
   */
  public static changeSetGuard(options: ChangeSetGuardOptions): Gate {
    return new BuiltInGate(GatePosition.BEFORE_DEPLOY, () => ({ changeSetRules: guardRules(options) }));
  }

  /** Asks a person, who is shown what would change. No one is asked where there is nothing to deploy. */
  public static approval(options: ApprovalOptions = {}): Gate {
    return new BuiltInGate(GatePosition.BEFORE_DEPLOY, (scope, bindOptions) => approvalGate(scope, bindOptions, options));
  }

  /**
   * Watches alarms while a release is deployed and for a time afterwards. Where one goes off, CloudFormation rolls the stack back to the release
   * that was live before, and the deployment fails. The creation of a stack is not watched: there is nothing to go back to.
   */
  public static alarms(options: AlarmsOptions): Gate {
    return new BuiltInGate(GatePosition.BEFORE_DEPLOY, (_, bindOptions) => ({ changeSetRules: alarmRules(options, bindOptions) }));
  }

  /**
   * Runs integration tests against the deployed release, with outputs of its stack in their environment. Where they fail, the release is not
   * recorded, and goes to no further environment.
   */
  public static integrationTests(options: IntegrationTestsOptions): Gate {
    return new BuiltInGate(GatePosition.AFTER_DEPLOY, (scope, bindOptions) => integrationTestsGate(scope, bindOptions, options));
  }

  /** Runs a state machine. Where it fails, so does the gate. It has to be of the type Standard. */
  public static stateMachine(stateMachine: sfn.IStateMachine, options: StateMachineGateOptions = {}): Gate {
    return new BuiltInGate(options.position ?? GatePosition.BEFORE_DEPLOY, (_, bindOptions) => stateMachineGate(stateMachine, bindOptions, options));
  }

  /**
   * Holds a release while AWS Health reports an open issue for the environment's Region, and lets it go on by itself afterwards. The pipeline's
   * account needs a support plan with AWS Health's API.
   */
  public static awsHealth(options: AwsHealthOptions = {}): Gate {
    return new BuiltInGate(GatePosition.BEFORE_DEPLOY, (scope, bindOptions) => awsHealthGate(scope, bindOptions, options));
  }

  /**
   * Lets a release pass only while change calendars of AWS Systems Manager are open. Otherwise it fails, and says until when they are closed: retry the stage
   * then, or let one release pass with `cdk-modular-pipeline allow ENVIRONMENT --calendar`. Where an approval may take long, name the calendar after it.
   *
   * @param calendars names of change calendars in the pipeline's account and Region, or ARNs of ones that are shared with it: 1 to 5. All have to be open.
   */
  public static calendar(...calendars: string[]): Gate {
    return new BuiltInGate(GatePosition.BEFORE_DEPLOY, (scope, bindOptions) => calendarGate(scope, bindOptions, calendars));
  }

  /** Where the gate's actions stand. */
  public abstract readonly position: GatePosition;

  /**
   * Called once for every environment that the gate is given to.
   * @param scope of the gate in this environment
   */
  public abstract bind(scope: Construct, options: GateBindOptions): GateConfig;
}

type Bind = (scope: Construct, options: GateBindOptions) => GateConfig;

class BuiltInGate extends Gate {
  constructor(public readonly position: GatePosition, private readonly binding: Bind) {
    super();
  }

  public bind(scope: Construct, options: GateBindOptions): GateConfig {
    return this.binding(scope, options);
  }
}
