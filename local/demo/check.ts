import { Step } from './story';
import { wayOut } from './way-out';
import { CommitReport } from '../report/commit-report';

/** One thing that a step claims, and whether it holds. */
export interface Claim {
  readonly text: string;
  readonly holds: boolean;
  /** What was found instead. */
  readonly found?: string;
}

/** What a step claims about its report, checked. `reports`: of the steps before it. */
export function check(step: Step, report: CommitReport, reports: readonly CommitReport[]): Claim[] {
  return [
    outcome(step, report),
    ...(step.baseline === undefined ? [] : [baseline(step.baseline, report, reports)]),
    ...Object.entries(step.components).map(([component, expected]) => verdict(component, expected, report, step.outcome !== 'not started')),
    noOthers(step, report),
    ...environments(step, report, reports),
    ...refusal(step, report),
  ];
}

function claim(text: string, expected: unknown, found: unknown): Claim {
  const holds = JSON.stringify(expected) === JSON.stringify(found);
  return { text, holds, ...(holds ? {} : { found: JSON.stringify(found) ?? 'nothing' }) };
}

function outcome({ outcome: expected }: Step, report: CommitReport): Claim {
  const text = expected === 'not started' ? 'no pipeline starts' : `the execution ends ${expected}`;
  return claim(text, expected, report.execution?.status ?? 'not started');
}

function baseline(step: number, report: CommitReport, reports: readonly CommitReport[]): Claim {
  return claim(`the plan is compared with the release of step ${step}`, reports[step - 1].commit, report.plan?.baseline);
}

function verdict(component: string, { action, reasons }: Step['components'][string], report: CommitReport, started: boolean): Claim {
  const kinds = report.plan?.changed.find((change) => change.component === component)?.reasons.map(({ kind }) => kind);
  const found = report.builds.find((build) => build.component === component)?.action;
  return started
    ? claim(`${component} is ${action}: ${reasons.join(', ')}`, [action, reasons], [found, kinds])
    : claim(`${component} is still in the plan: ${reasons.join(', ')}`, [undefined, reasons], [found, kinds]);
}

function noOthers({ components }: Step, report: CommitReport): Claim {
  const changed = new Set([...(report.plan?.changed ?? []), ...report.builds].map(({ component }) => component));
  return claim('nothing else counts as changed, or is built', [], [...changed].filter((component) => !(component in components)));
}

function environments(step: Step, report: CommitReport, reports: readonly CommitReport[]): Claim[] {
  const before = reports.at(-1);
  return report.environments.flatMap(({ name, status, parameters }, index): Claim[] => {
    const earlier = before?.environments[index].parameters;
    if (step.outcome !== 'Succeeded') {
      return [claim(`${name} stays as it was`, [name === step.refused?.environment ? 'Failed' : 'NotReached', earlier], [status, parameters])];
    }
    const built = Object.entries(step.components).filter(([, { action }]) => action === 'built').map(([component]) => component);
    const deployed = claim(`${name} is deployed`, 'Succeeded', status);
    if (step.sameAs !== undefined) {
      return [deployed, claim(`${name} has what it had after step ${step.sameAs}`, reports[step.sameAs - 1].environments[index].parameters, parameters)];
    }
    if (earlier === undefined || built.length === 0) {
      return [deployed];
    }
    const moved = report.builds.filter(({ action }) => action === 'built').map(({ location }) => location).filter((location) => location !== null);
    const isMoved = (value: string) => moved.some((location) => location.includes(value) || value.startsWith(location));
    const strange = Object.entries(parameters).filter(([key, value]) => earlier[key] !== value && !isMoved(value));
    return [deployed, claim(`${name} keeps the locations of all that was not built`, [], strange)];
  });
}

/** That the guard says what it refuses, and how it may come through all the same. */
function refusal({ refused }: Step, report: CommitReport): Claim[] {
  if (refused === undefined) {
    return [];
  }
  const { environment, resource, because } = refused;
  const [{ stage, action, message }, ...others] = report.execution?.failures ?? [{ stage: '', action: '', message: '' }];
  const [, named] = new RegExp(`^- ${resource} \\S+ (.*)$`, 'm').exec(message) ?? [];
  return [
    claim(`the guard of ${environment} refuses, because ${resource} ${because}`, [environment, 'Prepare', because, 0], [stage, action, named, others.length]),
    claim('its way out is a command, for this environment and this commit', true, wayOut(message)?.startsWith(`allow ${environment} `) && message.includes(report.commit)),
  ];
}

/** That no change set is left that someone could execute by hand. */
export function nothingLeft(changeSets: readonly { readonly id: string }[]): Claim {
  return claim('no change set is left that could be executed', [], changeSets.map(({ id }) => id));
}

/** That a text is in what is deployed in every environment. */
export function deployedEverywhere(text: string, stacks: readonly { readonly template: string }[]): Claim {
  return claim(`every environment has ${JSON.stringify(text)}`, stacks.map(() => true), stacks.map(({ template }) => template.includes(text)));
}

/** That all environments of one execution were given the same locations: built once. */
export function builtOnce(report: CommitReport, ownParameters: readonly string[]): Claim {
  const given = report.environments.map(({ parameters }) => Object.fromEntries(Object.entries(parameters).filter(([name]) => !ownParameters.includes(name))));
  return claim('all environments got the same builds', given.map(() => given[0]), given);
}
