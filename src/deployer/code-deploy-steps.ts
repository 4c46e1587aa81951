import { DELIVERY_ENV } from '../contract/deployer';

/** Names that the commands of all deployments know; they read the variables of the project. */
const GROUP = '--application-name "$APPLICATION" --deployment-group-name "$DEPLOYMENT_GROUP"';

/**
 * The deployment group has to be there, of the platform that is meant, which is known before anything is approved. What changes is all that the group
 * deploys to, in one line.
 * @param platform as CodeDeploy calls it: `Server` or `ECS`
 * @param needs further commands that fail where the group can't take the deployment
 * @param broadens why someone may do more than before
 */
export function reportGroup(platform: string, needs: string, broadens?: string): string {
  const change = `"path":"%s/%s","type":"AWS::CodeDeploy::DeploymentGroup","effect":"update"${broadens === undefined ? '' : `,"broadens":"${broadens}"`}`;
  return `platform="$(aws deploy get-deployment-group ${GROUP} --query deploymentGroupInfo.computePlatform --output text)"
if [ "$platform" != ${platform} ]; then
echo "Deployment group $DEPLOYMENT_GROUP is of the platform $platform, and has to be of ${platform}." >&2
false
else
${needs}printf '{"changes":[{${change}}]}' "$APPLICATION" "$DEPLOYMENT_GROUP" > "$REPORT_FILE"
fi`;
}

/** A group that shifts traffic by itself would not wait for the approval. */
export const REQUIRE_WAIT = `timeout="$(aws deploy get-deployment-group ${GROUP} --query deploymentGroupInfo.blueGreenDeploymentConfiguration.deploymentReadyOption.actionOnTimeout --output text)"
if [ "$timeout" != STOP_DEPLOYMENT ]; then
echo "Deployment group $DEPLOYMENT_GROUP shifts traffic by itself: its deploymentReadyOption has to have the actionOnTimeout STOP_DEPLOYMENT, and is $timeout." >&2
exit 1
fi
`;

/** Waits, longer each time, and renews the role's session: a deployment may take longer than one. */
const FUNCTIONS = `seconds=1
rest() { sleep "$seconds"; seconds=$((seconds < 15 ? seconds * 2 : 15)); . "$DELIVERY_DIRECTORY/as-place"; }
running() { aws deploy list-deployments ${GROUP} --include-only-statuses Created Queued InProgress Baking Ready --query 'deployments[]' --output text; }
of_deployment() { aws deploy get-deployment --deployment-id "$1" --query "deploymentInfo.$2" --output text; }
follow() {
while :; do
status="$(of_deployment "$deployment" status)"
echo "Deployment $deployment is $status."
case "$status" in
Succeeded) return 0 ;;
Ready) if [ "$1" = until-ready ]; then return 0; else rest; fi ;;
Created | Queued | InProgress | Baking) rest ;;
*) of_deployment "$deployment" errorInformation.message; return 1 ;;
esac
done
}
`;

/** What an earlier attempt left waiting for its traffic is stopped: no one will approve it any more. */
const STOP_WAITING = `for other in $(running); do
description="$(of_deployment "$other" description)"
if [ "$(of_deployment "$other" status)" = Ready ] && [ "\${description#"$COMPONENT build "}" != "$description" ]; then
echo "Stops deployment $other, which waits for traffic, and was given up."
aws deploy stop-deployment --deployment-id "$other" --auto-rollback-enabled --query status --output text
fi
done
`;

/**
 * CodeDeploy takes one deployment at a time in a group, and rolls back by itself where the group says so. A deployment that is under way is waited for.
 * @param prepare commands that come first
 * @param revision the options that say what is deployed
 * @param waits whether the deployment ends with waiting for traffic
 */
export function makeDeployment(prepare: string, revision: string, waits: boolean): string {
  return `${FUNCTIONS}${waits ? STOP_WAITING : ''}while [ -n "$(running)" ]; do echo "Waits for $(running)."; rest; done
${prepare}deployment="$(aws deploy create-deployment ${GROUP} \${CONFIGURATION:+--deployment-config-name "$CONFIGURATION"} --description "$COMPONENT build $BUILD_NUMBER, commit $COMMIT_ID" ${revision} --query deploymentId --output text)"
[ -n "$deployment" ] && printf '%s' "$deployment" > "$DELIVERY_DIRECTORY/deployment" && follow ${waits ? 'until-ready' : 'to-the-end'}`;
}

/** The deployment's ID goes to the step that gives it its traffic. */
export const HAND_OVER = `aws s3 cp --only-show-errors "$DELIVERY_DIRECTORY/deployment" "$${DELIVERY_ENV.handover}"`;

export const TAKE_OVER = `aws s3 cp --only-show-errors "$${DELIVERY_ENV.handover}" "$DELIVERY_DIRECTORY/deployment"`;

/** Who continued it by hand meanwhile did what this is to do. */
export const CONTINUE_DEPLOYMENT = `${FUNCTIONS}deployment="$(cat "$DELIVERY_DIRECTORY/deployment")"
if [ "$(of_deployment "$deployment" status)" = Ready ]; then
aws deploy continue-deployment --deployment-id "$deployment" --deployment-wait-type READY_WAIT
fi
for attempt in 1 2 3 4 5 6; do
[ "$(of_deployment "$deployment" status)" = Ready ] || break
rest
done
if [ "$(of_deployment "$deployment" status)" = Ready ]; then
echo "Deployment $deployment was continued, and is Ready still." >&2
false
else
follow to-the-end
fi`;
