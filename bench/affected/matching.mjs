import picomatch from 'picomatch';
import matcherModule from '../../src/core/matcher.ts';
import { measureFunction, table } from './measure.mjs';

const { ComponentMatcher } = matcherModule;

/** Changed paths and components in which they lie close together, as in a real change: a tenth of the components hold them all. */
function workload(pathCount, componentCount) {
  const components = Array.from({ length: componentCount }, (_, index) => ({ name: `c${index}`, path: `packages/group${index % 17}/c${index}`, include: [`shared/c${index}/**/*.json`] }));
  const touched = Math.max(1, Math.floor(componentCount / 10));
  const paths = Array.from({ length: pathCount }, (_, index) => `${components[index % touched].path}/src/folder${index % 31}/file${index}.ts`);
  return { components, paths };
}

/** What paths-filter and others do: every path against every component's compiled globs, until one matches. */
function pathsInLoop({ components, paths }) {
  const matchers = components.map(({ path, include }) => [`${path}/**`, ...include].map((glob) => picomatch(glob, { dot: true })));
  let owned = 0;
  for (const matches of matchers) {
    owned += paths.some((path) => matches.some((isMatch) => isMatch(path))) ? 1 : 0;
  }
  return owned;
}

/** The loop that names the owners of every path, as a plan with reasons has to. */
function ownersInLoop({ components, paths }) {
  const matchers = components.map(({ path, include }) => picomatch([`${path}/**`, ...include], { dot: true }));
  let owners = 0;
  for (const path of paths) {
    for (const isMatch of matchers) {
      owners += isMatch(path) ? 1 : 0;
    }
  }
  return owners;
}

function ownersByMatcher({ components, paths }) {
  const matcher = new ComponentMatcher(components);
  let owners = 0;
  for (const path of paths) {
    owners += matcher.match(path).length;
  }
  return owners;
}

/** Largest loop that is run: beyond it a run takes minutes. */
const LOOP_LIMIT = 10_000_000;

export function matchingTable() {
  const rows = [];
  for (const pathCount of [100, 10_000, 100_000]) {
    for (const componentCount of [10, 100, 1_000, 5_000]) {
      const work = workload(pathCount, componentCount);
      const ours = measureFunction(() => ownersByMatcher(work), 5);
      const first = measureFunction(() => pathsInLoop(work), 1);
      const loop = pathCount * componentCount > LOOP_LIMIT ? undefined : measureFunction(() => ownersInLoop(work), 1);
      rows.push([
        pathCount.toLocaleString('en'), componentCount.toLocaleString('en'), `${ours.toFixed(1)} ms`,
        `${first.toFixed(0)} ms`, `${(first / ours).toFixed(0)} ×`,
        loop === undefined ? '–' : `${loop.toFixed(0)} ms`, loop === undefined ? '–' : `${(loop / ours).toFixed(0)} ×`,
      ]);
    }
  }
  return table(['paths', 'components', 'this library', 'loop, any match', 'ratio', 'loop, all owners', 'ratio'], rows);
}
