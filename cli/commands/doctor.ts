import { Command, EXIT, textOption } from '../command';
import { readSites } from '../doctor/assembly';
import { judgeSite } from '../doctor/judge';
import { Looker } from '../doctor/look';
import { RequirementLine } from '../doctor/requirements';

/** Where "cdk synth" writes to. */
const DEFAULT_APP = 'cdk.out';

export const doctor: Command = {
  usage: '[--app FOLDER] [--json]',
  summary: 'Says what the accounts and Regions of a synthesized pipeline still lack, before and after it is deployed.',
  help: `Reads what the pipeline needs from the assembly that "cdk synth" wrote, looks at every account and Region that it is
in or delivers to, and writes a line for each: bootstraps and their versions, the roles that the pipeline acts as
and whom these trust, stacks that cannot be updated, quotas on builds, build images, connections to Git hosts, and
whether the support plan has AWS Health's API, where a gate asks it. Nothing is changed.

The caller's account is looked at with the caller's credentials, others as the bootstrap's lookup role, which the
account must have been bootstrapped for (--trust or --trust-for-lookup). What cannot be looked at is a warning.

Options:
  --app FOLDER  the synthesized assembly. '${DEFAULT_APP}' unless it is given
  --json        print {"lines":[{"mark","account","region","what","text"}],"warnings":NUMBER,"fails":NUMBER}

Exit codes: 0 nothing fails, though there may be warnings; 1 something fails; 2 there is no assembly with a pipeline.

Needs: cloudformation:DescribeStacks, codebuild:ListCuratedEnvironmentImages, codestar-connections:GetConnection
and codeconnections:GetConnection, ecr:DescribeImages, health:DescribeEvents, iam:GetRole,
secretsmanager:DescribeSecret, servicequotas:ListServiceQuotas, ssm:GetParameter, sts:AssumeRole of the lookup roles.

Examples:
  cdk synth && cdk-modular-pipeline doctor
  cdk-modular-pipeline doctor --app build/cdk.out --json
`,
  options: { app: { type: 'string' }, json: { type: 'boolean' } },
  positionals: [],
  async run(values, _positionals, { out }) {
    const looker = new Looker();
    const lines: RequirementLine[] = [];
    for (const site of readSites(textOption(values, 'app') ?? DEFAULT_APP)) {
      const found = judgeSite(site, await looker.look(site));
      lines.push(...found);
      if (values.json !== true) {
        out(`${site.account} ${site.region}\n${found.map(({ mark, what, text }) => `  ${mark.padEnd(8)}${what}: ${text}\n`).join('')}`);
      }
    }
    const count = (mark: RequirementLine['mark']) => lines.filter((line) => line.mark === mark).length;
    const [warnings, failing] = [count('warning'), count('fails')];
    out(values.json === true ? `${JSON.stringify({ lines, warnings, fails: failing }, undefined, 2)}\n`
      : `${lines.length} looked at: ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${failing} ${failing === 1 ? 'fails' : 'fail'}.\n`);
    return failing > 0 ? EXIT.failed : EXIT.done;
  },
};
