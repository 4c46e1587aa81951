import { DELIVERY_ENV, DeliveryStep } from '../contract/deployer';

/** Variable with the role that commands act as. */
export const DELIVERY_ROLE = 'DELIVERY_ROLE';

/** A command of a step. */
export interface StepCommand {
  readonly command: string;
  /** `place`: as the role in the environment's account, where there is one. `project`: as the project's own role. */
  readonly as: 'place' | 'project';
}

/** What a deployer's project runs. */
export interface StepCommands {
  /** In every step. */
  readonly install: readonly string[];
  readonly report: readonly StepCommand[];
  readonly deploy: readonly StepCommand[];
  /** @default - there is no such step */
  readonly switch?: readonly StepCommand[];
}

const DIRECTORY = 'DELIVERY_DIRECTORY';

/** Leads back to the credentials that the build began with: in CodeBuild none are in variables, elsewhere they may be. */
const BEGIN = `${DIRECTORY}="$(mktemp -d)" && export ${DIRECTORY} && export REPORT_FILE="$${DIRECTORY}/report.json"
{
echo 'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN'
export -p | grep -E '^declare -x AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)=' || :
} > "$${DIRECTORY}/as-project"
cat > "$${DIRECTORY}/as-place" <<'END'
. "$${DIRECTORY}/as-project"
if [ -n "\${${DELIVERY_ROLE}:-}" ]; then
delivery_session="$(aws sts assume-role --role-arn "$${DELIVERY_ROLE}" --role-session-name modular-pipeline-delivery --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)" \\
&& read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<< "$delivery_session" \\
&& export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
fi
END`;

/** The buildspec of a delivery's project: what is particular to a step reaches it in variables. */
export function deliveryBuildspec({ install, report, deploy, switch: switching = [] }: StepCommands): { [key: string]: any } {
  return {
    version: '0.2',
    env: { shell: 'bash' },
    phases: {
      pre_build: { commands: [BEGIN, ...install] },
      build: {
        commands: [
          `echo "$${DELIVERY_ENV.step}: $${DELIVERY_ENV.component}, build $${DELIVERY_ENV.buildNumber}, $${DELIVERY_ENV.environment}"`,
          ...report.map((command) => inStep('report', command)),
          ...deploy.map((command) => inStep('deploy', command)),
          ...switching.map((command) => inStep('switch', command)),
        ],
      },
    },
  };
}

/** On lines of its own, so that a command may end in a comment or hold a here-document; `:` so that it may be nothing but a comment. */
function inStep(step: DeliveryStep, { command, as }: StepCommand): string {
  return `if [ "$${DELIVERY_ENV.step}" = ${step} ]; then\n. "$${DIRECTORY}/as-${as}" && {\n:\n${command}\n}\nfi`;
}

/** Stores the report. */
export const STORE_REPORT: StepCommand = { as: 'project', command: `aws s3 cp --only-show-errors "$REPORT_FILE" "$${DELIVERY_ENV.report}"` };
