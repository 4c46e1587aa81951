import { Tags } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Check, Component, Gate, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';
import { Construct } from 'constructs';
import { Manifest, ManifestComponent } from './manifest';

export interface TeamPipelineProps {
  readonly manifest: Manifest;
  readonly region: string;
}

/** What every commit of every team has to pass. */
const MANDATORY_CHECKS = [
  Check.commands('NoPrivateKeys', { commands: ['! grep --recursive --files-with-matches --regexp "BEGIN [A-Z ]*PRIVATE KEY" .'] }),
];

/** What stands before every team's production: a change calendar that operations keeps, and a person. */
const MANDATORY_GATES = [Gate.approval(), Gate.calendar('company-freeze')];

/** A team's pipeline: what its manifest says, and what the platform demands. */
export class TeamPipeline extends Construct {
  public readonly pipeline: ModularPipeline;

  constructor(scope: Construct, id: string, { manifest, region }: TeamPipelineProps) {
    super(scope, id);
    const { team, repository, environments: { test, prod } } = manifest;
    this.pipeline = new ModularPipeline(this, 'Pipeline', {
      solution: team,
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(this, 'Repository', repository), { branch: 'main' }),
      components: manifest.components.map(componentOf),
      checks: [...MANDATORY_CHECKS, ...Object.entries(manifest.checks).map(([name, commands]) => Check.commands(name, { commands: [...commands] }))],
      environments: [
        { name: 'test', env: { account: test.account, region } },
        { name: 'prod', env: { account: prod.account, region }, stackName: `${team}-prod`, gates: MANDATORY_GATES },
      ],
    });
    // A policy may let people approve what has their team's tag.
    Tags.of(this.pipeline).add('team', team);
  }
}

function componentOf({ name, kind, path, dependsOn = [], tests = [] }: ManifestComponent): Component {
  const common = { path, dependsOn: [...dependsOn], testCommands: [...tests] };
  switch (kind) {
    case 'lambdaZip': return Component.lambdaZip(name, common);
    case 'image': return Component.image(name, common);
    case 'template': return Component.template(name, { path });
  }
}
