import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { BoundComponent } from './bound-component';

/** The components of one solution. */
export interface PushingCatalogue {
  readonly solution: string;
  readonly components: readonly BoundComponent[];
}

/**
 * Problems of catalogues that push to one repository: tags say component and number, and numbers are a solution's own. Two solutions whose components have
 * the same id would push different images under one tag.
 */
export function sharedTagProblems(own: readonly BoundComponent[], others: readonly PushingCatalogue[]): string[] {
  const tags = new Map(own.flatMap((bound) => (bound.config.repository ? [[tagsOf(bound, bound.config.repository), bound] as const] : [])));
  return others.flatMap(({ solution, components }) => components.flatMap((bound) => {
    const { component, config: { repository } } = bound;
    const mine = repository && tags.get(tagsOf(bound, repository));
    return mine === undefined ? [] : [
      `Component ${JSON.stringify(mine.component.name)} pushes its images to a repository where component ${JSON.stringify(component.name)} of the solution ${JSON.stringify(solution)} `
      + `has the same tags (${bound.id}-1, ${bound.id}-2, ...): rename one of them, or give one another repository.`,
    ];
  }));
}

/** What all tags of a component's images in its repository have in common. ECR's names are known at synth where the repository is imported. */
function tagsOf({ id }: BoundComponent, repository: ecr.IRepository): string {
  const stack = Stack.of(repository);
  const name: unknown = stack.resolve(repository.repositoryName);
  const { account, region } = repository.env;
  return JSON.stringify([account, region, name, typeof name === 'string' ? '' : stack.node.addr, id]);
}
