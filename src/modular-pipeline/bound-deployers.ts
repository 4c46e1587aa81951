import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import { Construct } from 'constructs';
import { FunctionsProps } from './functions';
import { ComponentCatalogue } from '../component/component-catalogue';
import { DeliverySettings } from '../contract/deployer';
import { componentId } from '../core/names';
import { DeliveryProject } from '../deployer/deployer-config';
import { DeliveryReportForm } from '../deployer/report-form';
import { RollbackPolicy } from '../deployer/rollback-policy';
import { Place, takesStacks } from '../environment/target';
import { requireLiteral } from '../private/literal';

/** What the deployers of a place bring, apart from stacks. */
export interface BoundDeployers {
  readonly settings: readonly DeliverySettings[];
  readonly projects: readonly codebuild.IProject[];
  /** What switches, in words. */
  readonly switches: readonly string[];
}

/** Binds all deployers of an environment in one of its Regions. @throws naming the first that can't deliver there, and why */
export function bindDeployers(scope: Construct, place: Place, functions: FunctionsProps): BoundDeployers {
  const own = new Construct(scope, place.name);
  const title = `Environment ${JSON.stringify(place.environment)}`;
  const ofStacks = place.deployers.findIndex(takesStacks);
  const bound = place.deployers.flatMap((deployer, index) => {
    if (index === ofStacks) {
      return [];
    }
    const { delivery } = deployer.bind(new Construct(own, `Deployer${index + 1}`), bindOptions(place, functions));
    if (delivery === undefined) {
      throw new Error(`${title}: deployer ${index + 1} (${deployer.constructor.name}) brings nothing: its bind has to return a delivery.`);
    }
    requireArtifact(title, functions.componentCatalogue, delivery);
    const afterStacks = ofStacks !== -1 && index > ofStacks;
    if (!afterStacks && Object.keys(delivery.outputs ?? {}).length > 0) {
      throw new Error(`${title}: the deployer of component ${JSON.stringify(delivery.component)} takes outputs of stacks: put it after Deployer.cloudFormation().`);
    }
    return [{ delivery, settings: settingsOf(title, delivery, afterStacks) }];
  });
  const ids = bound.map(({ settings: { id } }) => id);
  const twice = bound.find(({ settings: { id } }, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new Error(`${title}: two deployers deliver component ${JSON.stringify(twice.delivery.component)}: leave one of them out.`);
  }
  const first = bound.findIndex(({ delivery: { switches } }) => switches !== undefined);
  const after = first === -1 ? undefined : bound.slice(first).find(({ delivery: { switches } }) => switches === undefined);
  if (after !== undefined || first !== -1 && !bound[first]!.settings.afterStacks && ofStacks !== -1) {
    const { component } = bound[first]!.delivery;
    throw new Error(`${title}: component ${JSON.stringify(component)} is switched to after an approval, when everything else is deployed: put its deployer last.`);
  }
  return {
    settings: bound.map(({ settings }) => settings),
    projects: bound.map(({ delivery: { project } }) => project),
    switches: bound.flatMap(({ delivery: { switches } }) => switches ?? []),
  };
}

function bindOptions(place: Place, { solution, artifactBucket, logRetention, removalPolicy }: FunctionsProps) {
  return {
    environmentName: place.environment,
    placeName: place.name,
    account: place.account,
    region: place.region,
    solution,
    artifactBucket,
    logRetention,
    removalPolicy,
  };
}

function settingsOf(title: string, delivery: DeliveryProject, afterStacks: boolean): DeliverySettings {
  const { component, definition, report = DeliveryReportForm.NONE, rollback = RollbackPolicy.DEPLOY_OLDER, outputs = {}, switches } = delivery;
  for (const [variable, output] of Object.entries(outputs)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
      throw new Error(`${title}: outputs of component ${JSON.stringify(component)} has the variable ${JSON.stringify(variable)}: use letters, digits and _ only, and begin with no digit.`);
    }
    if (!/^([A-Za-z0-9][A-Za-z0-9_-]*@)?[A-Za-z0-9]+$/.test(output)) {
      throw new Error(`${title}: outputs of component ${JSON.stringify(component)} takes ${JSON.stringify(output)} for ${variable}: an output's name has letters and digits only, `
        + 'after its stack\'s ID and @ if any.');
    }
  }
  const project = requireLiteral(`${title}: projectName of the deployer of component ${JSON.stringify(component)}`, delivery.projectName);
  return {
    id: componentId(component), component, afterStacks, rollback, definition, outputs, project, report, ...(switches === undefined ? {} : { switches: true }),
  };
}

function requireArtifact(title: string, catalogue: ComponentCatalogue, { component }: DeliveryProject): void {
  if (!catalogue.componentNames.includes(component)) {
    throw new Error(`${title}: a deployer names ${JSON.stringify(component)}, which is no component of the pipeline: name one of `
      + `${catalogue.componentNames.map((name) => JSON.stringify(name)).join(', ')}.`);
  }
  const { type } = catalogue._bound(component).config.artifact._definition();
  if (type !== 'zip') {
    throw new Error(`${title}: a deployer delivers component ${JSON.stringify(component)}, whose artifact is of the type ${JSON.stringify(type)}: give it BuildArtifact.zip(...).`);
  }
}
