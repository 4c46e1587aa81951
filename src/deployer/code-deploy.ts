import { Construct } from 'constructs';
import { STORE_REPORT } from './buildspec';
import { DeliveryMachine } from './delivery-machine';
import { deliveryProject, requireRole } from './delivery-project';
import type { DeliveryProject, DeployerBindOptions } from './deployer';
import { DeliveryReportForm } from './report-form';
import { RollbackPolicy } from './rollback-policy';
import { DELIVERY_ENV } from '../contract/deployer';
import { componentId } from '../core/names';
import { requireLiteral } from '../private/literal';

/** Options of `Deployer.codeDeploy`. */
export interface CodeDeployDeployerOptions extends DeliveryMachine {
  /** Name of CodeDeploy's application, in the environment's account and Region. */
  readonly applicationName: string;

  /** Name of the deployment group: EC2 instances by tags or Auto Scaling groups, or on-premises instances by tags. */
  readonly deploymentGroupName: string;

  /**
   * Name of a bucket in the environment's account that the instances read revisions from. The component's artifact is put there bit for bit, under
   * `SOLUTION/COMPONENT/BUILD.zip`.
   */
  readonly revisionBucket: string;

  /**
   * Name of the deployment configuration, such as `CodeDeployDefault.OneAtATime`.
   * @default - that of the deployment group
   */
  readonly deploymentConfigName?: string;

  /**
   * What is done with an older build.
   * @default RollbackPolicy.DEPLOY_OLDER
   */
  readonly rollback?: RollbackPolicy;
}

/** The deployment group has to be there, which is known before anything is approved. What changes are its instances, all in one line. */
const REPORT = `aws deploy get-deployment-group --application-name "$APPLICATION" --deployment-group-name "$DEPLOYMENT_GROUP" --query deploymentGroupInfo.computePlatform --output text > "$DELIVERY_DIRECTORY/platform"
if [ "$(cat "$DELIVERY_DIRECTORY/platform")" != Server ]; then
echo "Deployment group $DEPLOYMENT_GROUP is of the platform $(cat "$DELIVERY_DIRECTORY/platform"), and instances are of Server." >&2
false
else
printf '{"changes":[{"path":"%s/%s","type":"AWS::CodeDeploy::DeploymentGroup","effect":"update"}]}' "$APPLICATION" "$DEPLOYMENT_GROUP" > "$REPORT_FILE"
fi`;

/**
 * CodeDeploy takes one deployment at a time in a group, and rolls back by itself where the group says so. A deployment that an earlier attempt left is
 * waited for. The role's session is renewed, as a deployment may take longer.
 */
const DEPLOY = `running() { aws deploy list-deployments --application-name "$APPLICATION" --deployment-group-name "$DEPLOYMENT_GROUP" --include-only-statuses Created Queued InProgress Baking Ready --query 'deployments[]' --output text; }
seconds=1
rest() { sleep "$seconds"; seconds=$((seconds < 15 ? seconds * 2 : 15)); . "$DELIVERY_DIRECTORY/as-place"; }
while [ -n "$(running)" ]; do echo "Waits for $(running)."; rest; done
deployment="$(aws deploy create-deployment --application-name "$APPLICATION" --deployment-group-name "$DEPLOYMENT_GROUP" $CONFIGURATION --description "$COMPONENT build $BUILD_NUMBER, commit $COMMIT_ID" --s3-location "bucket=$REVISION_BUCKET,key=$REVISION_KEY/$BUILD_NUMBER.zip,bundleType=zip" --query deploymentId --output text)"
while [ -n "$deployment" ]; do
status="$(aws deploy get-deployment --deployment-id "$deployment" --query deploymentInfo.status --output text)"
echo "Deployment $deployment is $status."
case "$status" in
Succeeded) break ;;
Created | Queued | InProgress | Baking | Ready) rest ;;
*) aws deploy get-deployment --deployment-id "$deployment" --query deploymentInfo.errorInformation.message --output text; break ;;
esac
done
[ "\${status:-}" = Succeeded ]`;

const NAME = /^[A-Za-z0-9+=._@/-]{1,100}$/;

/** The project that makes deployments. */
export function codeDeployProject(scope: Construct, component: string, bind: DeployerBindOptions, options: CodeDeployDeployerOptions): DeliveryProject {
  const title = `Environment ${JSON.stringify(bind.environmentName)}: Deployer.codeDeploy(${JSON.stringify(component)})`;
  requireRole(scope, title, bind, options);
  const { applicationName, deploymentGroupName, deploymentConfigName, revisionBucket } = options;
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
    variables: {
      APPLICATION: applicationName,
      DEPLOYMENT_GROUP: deploymentGroupName,
      CONFIGURATION: deploymentConfigName === undefined ? '' : `--deployment-config-name ${deploymentConfigName}`,
      REVISION_BUCKET: requireLiteral(`${title}: revisionBucket`, revisionBucket),
      REVISION_KEY: `${bind.solution}/${componentId(component)}`,
      AWS_REGION: bind.region,
      AWS_DEFAULT_REGION: bind.region,
    },
    steps: {
      install: options.installCommands ?? [],
      report: [{ as: 'place', command: REPORT }, STORE_REPORT],
      deploy: [
        { as: 'project', command: `aws s3 cp --only-show-errors "$${DELIVERY_ENV.location}" "$DELIVERY_DIRECTORY/revision.zip"` },
        { as: 'place', command: 'aws s3 cp --only-show-errors "$DELIVERY_DIRECTORY/revision.zip" "s3://$REVISION_BUCKET/$REVISION_KEY/$BUILD_NUMBER.zip"' },
        { as: 'place', command: DEPLOY },
      ],
    },
  });
  return { component, ...project, report: DeliveryReportForm.CHANGES, rollback: options.rollback };
}
