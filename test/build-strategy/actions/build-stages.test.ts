import { buildStages, BuildStage } from '../../../src/build-strategy/actions/build-stages';
import { ComponentGraph } from '../../../src/core/graph';

function stages(dependencies: { [name: string]: string[] }): BuildStage[] {
  const components = Object.entries(dependencies).map(([name, dependsOn]) => ({ name, path: name, dependsOn }));
  return buildStages(ComponentGraph.of({ components }), 'Build');
}

function named(count: number, dependsOn: string[] = [], prefix = 'c'): { [name: string]: string[] } {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${String(index).padStart(4, '0')}`, dependsOn]));
}

/** Whether every component comes after all that it depends on. */
function inOrder(dependencies: { [name: string]: string[] }, made: BuildStage[]): boolean {
  const place = new Map(made.flatMap(({ actions }, stage) => (
    actions.map(({ component, runOrder }): [string, number] => [component, stage * 10_000 + runOrder])
  )));
  return Object.entries(dependencies).every(([name, all]) => all.every((dependency) => place.get(dependency)! < place.get(name)!));
}

test('up to 50 components are one stage, without a number', () => {
  const [stage, ...others] = stages(named(50));
  expect(others).toEqual([]);
  expect(stage.name).toBe('Build');
  expect(stage.actions).toHaveLength(50);
});

test('51 components are two stages, filled to the limit', () => {
  expect(stages(named(51)).map(({ name, actions }) => [name, actions.length])).toEqual([['Build1', 50], ['Build2', 1]]);
});

test('order of dependencies holds within a stage and across stages', () => {
  const dependencies = { base: [], ...named(60, ['base']), top: ['c0059', 'c0000'] };
  const made = stages(dependencies);
  expect(made.map(({ actions }) => actions.length)).toEqual([50, 12]);
  expect(inOrder(dependencies, made)).toBe(true);
});

test('run orders begin at 1 in each stage', () => {
  const dependencies = { base: [], ...named(60, ['base']), top: ['c0059'] };
  for (const { actions } of stages(dependencies)) {
    expect(Math.min(...actions.map(({ runOrder }) => runOrder))).toBe(1);
  }
});

test('a chain of 120 components is in order', () => {
  const names = Object.keys(named(120));
  const dependencies = Object.fromEntries(names.map((name, index) => [name, index === 0 ? [] : [names[index - 1]]]));
  const made = stages(dependencies);
  expect(made).toHaveLength(3);
  expect(inOrder(dependencies, made)).toBe(true);
});
