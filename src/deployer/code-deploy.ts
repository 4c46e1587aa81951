import { Construct } from 'constructs';
import { StepCommands, STORE_REPORT } from './buildspec';
import { CONTINUE_DEPLOYMENT, HAND_OVER, makeDeployment, reportGroup, REQUIRE_WAIT, TAKE_OVER } from './code-deploy-steps';
import { DeliveryMachine } from './delivery-machine';
import { deliveryProject, requireRole } from './delivery-project';
import { DeliveryProject, DeployerBindOptions } from './deployer-config';
import { DeliveryReportForm } from './report-form';
import { RollbackPolicy } from './rollback-policy';
import { DELIVERY_ENV } from '../contract/deployer';
import { componentId } from '../core/names';
import { requireLiteral } from '../private/literal';

/** Options of `Deployer.codeDeployEcs`, and what all deployments of CodeDeploy have. */
export interface CodeDeployGroupOptions extends DeliveryMachine {
  /** Name of CodeDeploy's application, in the environment's account and Region. */
  readonly applicationName: string;

  /** Name of the deployment group. */
  readonly deploymentGroupName: string;

  /**
   * Name of the deployment configuration, such as `CodeDeployDefault.OneAtATime`.
   * @default - that of the deployment group
   */
  readonly deploymentConfigName?: string;

  /**
   * Whether a person approves, in the pipeline, before a blue/green deployment gives its traffic to what is new. The deployment group waits for that: its
   * `deploymentReadyOption` has the action `STOP_DEPLOYMENT`, and a wait of up to two days. The deployer has to be the environment's last.
   * @default false
   */
  readonly switchApproval?: boolean;

  /**
   * What is done with an older build.
   * @default RollbackPolicy.DEPLOY_OLDER
   */
  readonly rollback?: RollbackPolicy;
}

/** Options of `Deployer.codeDeploy`: the deployment group has EC2 instances by tags or Auto Scaling groups, or on-premises instances by tags. */
export interface CodeDeployDeployerOptions extends CodeDeployGroupOptions {
  /**
   * Name of a bucket in the environment's account that the instances read revisions from. The component's artifact is put there bit for bit, under
   * `SOLUTION/COMPONENT/BUILD.zip`.
   */
  readonly revisionBucket: string;
}

const NAME = /^[A-Za-z0-9+=._@/-]{1,100}$/;

/** The artifact is put where the instances read it. */
const STORE_REVISION: StepCommands['deploy'] = [
  { as: 'project', command: `aws s3 cp --only-show-errors "$${DELIVERY_ENV.location}" "$DELIVERY_DIRECTORY/revision.zip"` },
  { as: 'place', command: 'aws s3 cp --only-show-errors "$DELIVERY_DIRECTORY/revision.zip" "s3://$REVISION_BUCKET/$REVISION_KEY/$BUILD_NUMBER.zip"' },
];

const OF_BUCKET = '--s3-location "bucket=$REVISION_BUCKET,key=$REVISION_KEY/$BUILD_NUMBER.zip,bundleType=zip"';

/** What the artifact lacks is known before anything is approved. */
const REQUIRE_FILES = `for file in taskdef.json appspec.yaml; do
if [ ! -f "$file" ]; then echo "The artifact has no $file." >&2; exit 1; fi
done
if ! grep -q '<TASK_DEFINITION>' appspec.yaml; then echo 'appspec.yaml names no task definition by <TASK_DEFINITION>.' >&2; exit 1; fi
`;

/** The task definition is registered, and named in the AppSpec file, which is given as text: quoted for JSON. */
const REGISTER = `task="$(aws ecs register-task-definition --cli-input-json file://taskdef.json --query taskDefinition.taskDefinitionArn --output text)"
[ -n "$task" ] || exit 1
echo "The task definition is $task."
content="$(sed "s|<TASK_DEFINITION>|$task|g" appspec.yaml)"
content="\${content//\\\\/\\\\\\\\}"; content="\${content//\\"/\\\\\\"}"; content="\${content//$'\\t'/\\\\t}"; content="\${content//$'\\r'/}"; content="\${content//$'\\n'/\\\\n}"
printf '{"revisionType":"AppSpecContent","appSpecContent":{"content":"%s"}}' "$content" > "$DELIVERY_DIRECTORY/revision.json"
`;

/** The project that makes deployments to instances. */
export function codeDeployProject(scope: Construct, component: string, bind: DeployerBindOptions, options: CodeDeployDeployerOptions): DeliveryProject {
  const title = `Environment ${JSON.stringify(bind.environmentName)}: Deployer.codeDeploy(${JSON.stringify(component)})`;
  const waits = options.switchApproval === true;
  return groupProject(scope, title, component, bind, options, {
    variables: {
      REVISION_BUCKET: requireLiteral(`${title}: revisionBucket`, options.revisionBucket),
      REVISION_KEY: `${bind.solution}/${componentId(component)}`,
    },
    report: reportGroup('Server', waits ? REQUIRE_WAIT : ''),
    deploy: [...STORE_REVISION, { as: 'place', command: makeDeployment('', OF_BUCKET, waits) }],
  });
}

/** The project that makes deployments to a service of ECS. */
export function codeDeployEcsProject(scope: Construct, component: string, bind: DeployerBindOptions, options: CodeDeployGroupOptions): DeliveryProject {
  const title = `Environment ${JSON.stringify(bind.environmentName)}: Deployer.codeDeployEcs(${JSON.stringify(component)})`;
  const waits = options.switchApproval === true;
  return groupProject(scope, title, component, bind, options, {
    variables: {},
    report: reportGroup('ECS', `${waits ? REQUIRE_WAIT : ''}${REQUIRE_FILES}`, 'its task definition may name other roles'),
    deploy: [{ as: 'place', command: makeDeployment(REGISTER, '--revision "file://$DELIVERY_DIRECTORY/revision.json"', waits) }],
  });
}

interface GroupSteps {
  readonly variables: { readonly [name: string]: string };
  readonly report: string;
  readonly deploy: StepCommands['deploy'];
}

function groupProject(
  scope: Construct, title: string, component: string, bind: DeployerBindOptions, options: CodeDeployGroupOptions, { variables, report, deploy }: GroupSteps,
): DeliveryProject {
  requireRole(scope, title, bind, options);
  const { applicationName, deploymentGroupName, deploymentConfigName, switchApproval = false } = options;
  const names = { applicationName, deploymentGroupName, ...(deploymentConfigName === undefined ? {} : { deploymentConfigName }) };
  for (const [property, value] of Object.entries(names)) {
    if (!NAME.test(requireLiteral(`${title}: ${property}`, value))) {
      throw new Error(`${title}: ${property} is ${JSON.stringify(value)}: CodeDeploy's names have letters, digits and + = . _ @ / - here, at most 100.`);
    }
  }
  const project = deliveryProject(scope, {
    title,
    component,
    bind,
    machine: options,
    takesOver: switchApproval,
    variables: {
      APPLICATION: applicationName,
      DEPLOYMENT_GROUP: deploymentGroupName,
      CONFIGURATION: deploymentConfigName ?? '',
      ...variables,
      AWS_REGION: bind.region,
      AWS_DEFAULT_REGION: bind.region,
    },
    steps: {
      install: options.installCommands ?? [],
      report: [{ as: 'place', command: report }, STORE_REPORT],
      deploy: [...deploy, ...switchApproval ? [{ as: 'project' as const, command: HAND_OVER }] : []],
      ...(switchApproval ? { switch: [{ as: 'project', command: TAKE_OVER }, { as: 'place', command: CONTINUE_DEPLOYMENT }] } : {}),
    },
  });
  return {
    component,
    ...project,
    report: DeliveryReportForm.CHANGES,
    rollback: options.rollback,
    ...(switchApproval ? { switches: `deployment group ${deploymentGroupName} of ${applicationName}` } : {}),
  };
}
