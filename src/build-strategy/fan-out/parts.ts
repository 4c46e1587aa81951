import { partOf } from './names';
import { SharedProject } from './project';
import { BoundComponent } from '../../component/bound-component';

/** Numbers of nested stacks to choose from: far apart, so that a growing pipeline seldom moves. */
const CHOICES = [1, 4, 16, 64] as const;

/** What a nested stack is to hold on average. Names spread unevenly: the limits are half as much again, or more. */
const RESOURCES = 330;
const BYTES = 550_000;
const PARAMETERS = 110;

/** Bytes of a role in a template as the CDK writes it, and of a project next to its buildspec. */
const ROLE_BYTES = 1_300;
const PROJECT_BYTES = 3_500;
/** A build reads so many bytes of policy for each component that it lists. */
const DEPENDENCY_BYTES = 700;

/** How many nested stacks hold the roles of the components and their projects within CloudFormation's limits. */
export function partsFor(
  components: readonly BoundComponent[], projects: readonly SharedProject[], dependencies: (component: BoundComponent) => number,
): number {
  const images = components.filter(({ config }) => config.repository).length;
  const need = Math.max(
    (components.length + projects.length) / RESOURCES,
    (components.reduce((sum, component) => sum + ROLE_BYTES + dependencies(component) * DEPENDENCY_BYTES, 0)
      + projects.reduce((sum, { buildspec }) => sum + PROJECT_BYTES + JSON.stringify(buildspec).length, 0)) / BYTES,
    // A repository is the pipeline's stack's: its name and ARN are parameters of the nested one.
    images * 2 / PARAMETERS,
  );
  return CHOICES.find((choice) => need <= choice) ?? Math.ceil(need);
}

/** What each nested stack holds. */
export interface Part {
  readonly components: readonly BoundComponent[];
  readonly projects: readonly SharedProject[];
}

export function divide(components: readonly BoundComponent[], projects: readonly SharedProject[], parts: number): Part[] {
  return Array.from({ length: parts }, (_, index) => ({
    components: components.filter(({ component }) => partOf(component.name, parts) === index),
    projects: projects.filter(({ settings }) => partOf(settings, parts) === index),
  }));
}
