import { quotaName } from './quotas';
import { BuildNeed, ecrImage, Facts, ImageNeed, RequirementLine, RoleNeed, Seen, Site, StackNeed, StackSeen } from './requirements';
import { conditionOf, describeStuck } from '../../src/core/delivery/stack-status';

type Verdict = Pick<RequirementLine, 'mark' | 'text'>;

/** Builds that CodeBuild keeps waiting, for each that may run: beyond these, a start fails. */
const QUEUED_PER_RUNNING = 5;

const ok = (text: string): Verdict => ({ mark: 'ok', text });
const warning = (text: string): Verdict => ({ mark: 'warning', text });
const fails = (text: string): Verdict => ({ mark: 'fails', text });

const TO_BE_CREATED = ok('it is still to be created');

/** Says of everything that a site needs whether it is there. */
export function judgeSite(site: Site, facts: Facts): RequirementLine[] {
  const { account, region } = site;
  const line = (what: string, verdict: Verdict): RequirementLine => ({ ...verdict, account, region, what });
  return [
    ...site.bootstraps.map((need) => line(`bootstrap ${need.qualifier}`, of(facts.bootstraps.get(need.parameter), (version) => bootstrap(site, need, version)))),
    ...site.roles.map((need) => line(`role ${need.arn.split('/').at(-1)}`, of(facts.roles.get(need.arn), (trust) => role(site, need, trust)))),
    ...site.stacks.flatMap((need) => stacks(need, facts.stacks.get(need.name)).map(([name, verdict]) => line(`stack ${name}`, verdict))),
    ...site.builds.map((need) => line(`builds ${need.type} ${need.computeType}`, of(facts.buildQuotas, (quotas) => builds(need, quotas)))),
    ...site.images.map((need) => line(`image ${need.image ?? `of ${need.usedBy}`}`, image(need, facts))),
    ...site.images.flatMap(({ secret, usedBy }) => (secret === undefined ? [] : [line(`secret ${secret}`, of(facts.secrets.get(secret), (there) => (there
      ? ok('the registry\'s credentials are there') : fails(`${usedBy} pulls its image with this secret, and it is not there: store the registry's credentials.`))))])),
    ...site.connections.map((arn) => line(`connection ${arn.split('/').at(-1)}`, of(facts.connections.get(arn), connection))),
    ...(site.health ? [line('AWS Health', of(facts.health, (answers) => (answers ? ok('its API answers')
      : fails('a gate asks AWS Health, and the account\'s support plan does not include its API: it takes Business, Enterprise On-Ramp or Enterprise. Remove the gate, or change the plan.'))))] : []),
  ];
}

/** Where a site could not be looked at: everything that it needs is left open. */
export function unseenSite(site: Site, reason: string): Facts {
  const unseen = { unseen: reason };
  const all = <K>(keys: readonly K[]) => new Map(keys.map((key) => [key, unseen] as const));
  return {
    bootstraps: all(site.bootstraps.map(({ parameter }) => parameter)),
    roles: all(site.roles.map(({ arn }) => arn)),
    stacks: all(site.stacks.map(({ name }) => name)),
    buildQuotas: unseen,
    curatedImages: unseen,
    images: all(site.images.flatMap(({ image: name }) => name ?? [])),
    secrets: all(site.images.flatMap(({ secret }) => secret ?? [])),
    connections: all(site.connections),
    health: unseen,
  };
}

function of<T>(seen: Seen<T> | undefined, judged: (known: T) => Verdict): Verdict {
  if (seen === undefined || 'unseen' in seen) {
    return warning(`could not be looked at: ${seen?.unseen ?? 'nothing answered'}`);
  }
  return judged(seen.known);
}

function bootstrap({ account, region }: Site, { parameter, version: least, trusts, qualifier }: Site['bootstraps'][number], version: string | undefined): Verdict {
  const options = [
    ...(trusts === undefined ? [] : [`--trust ${trusts}`, '--cloudformation-execution-policies POLICIES']),
    ...(qualifier === 'hnb659fds' ? [] : [`--qualifier ${qualifier}`]),
  ];
  const advice = `run "cdk bootstrap ${[...options, `aws://${account}/${region}`].join(' ')}".`;
  if (version === undefined) {
    return fails(`it is not bootstrapped, as ${parameter} is not there: ${advice}`);
  }
  if (!/^\d+$/.test(version)) {
    return fails(`${parameter} is '${version}', which is not a version: ${advice}`);
  }
  return Number(version) < least ? fails(`its version is ${version}, and ${least} is the least: ${advice}`) : ok(`version ${version}`);
}

function role({ account }: Site, { trusts, purpose }: RoleNeed, trust: unknown): Verdict {
  const trusted = 'account' in trusts ? `account ${trusts.account}` : trusts.service;
  if (trust === undefined) {
    return fails(`it is not there, and ${purpose} acts as it: bootstrap the account, or name another role in the environment.`);
  }
  const admitted = 'account' in trusts ? admitsAccount(trust, trusts.account) : admits(trust, 'Service', (value) => value === trusts.service);
  return admitted ? ok(`it trusts ${trusted}`)
    : fails(`it does not trust ${trusted}, and ${purpose} acts as it: ${'account' in trusts && trusts.account !== account
      ? `bootstrap again with "--trust ${trusts.account}" and every account that was trusted before.` : 'repair its trust policy.'}`);
}

function admitsAccount(trust: unknown, account: string): boolean {
  return admits(trust, 'AWS', (value) => value === '*' || value === account || value.split(':')[4] === account);
}

/** Whether some statement lets such a principal assume the role. Conditions are taken to hold: they can't be known from here. */
function admits(trust: unknown, kind: string, fits: (value: string) => boolean): boolean {
  const statements = asList((trust as { readonly Statement?: unknown } | null)?.Statement) as { readonly Effect?: unknown; readonly Principal?: unknown }[];
  return statements.some(({ Effect: effect, Principal: principal }) => effect === 'Allow'
    && asList(principal === '*' ? '*' : (principal as Record<string, unknown> | undefined)?.[kind]).some((value) => typeof value === 'string' && fits(value)));
}

function asList(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** A line for each stack that there is of the name. */
function stacks({ name, byCdk }: StackNeed, seen: Seen<readonly StackSeen[]> | undefined): [name: string, verdict: Verdict][] {
  return seen !== undefined && 'known' in seen && seen.known.length > 0
    ? seen.known.map((one) => [one.name, stack(one.name, byCdk, one.status)])
    : [[name, of(seen, () => TO_BE_CREATED)]];
}

function stack(name: string, byCdk: boolean, status: string): Verdict {
  switch (conditionOf(status)) {
    case 'absent': return TO_BE_CREATED;
    case 'ready': return ok(`it is ${status}`);
    case 'busy': return warning(`it is ${status}: wait until it is done.`);
    default: return fails(byCdk ? `it is ${status}: ${status === 'UPDATE_ROLLBACK_FAILED' ? 'run "cdk rollback"' : 'delete it'}, then deploy it again.` : describeStuck(name, status));
  }
}

function builds({ type, computeType, parallel, repeats }: BuildNeed, quotas: ReadonlyMap<string, number>): Verdict {
  const name = quotaName(type, computeType);
  const quota = name === undefined ? undefined : quotas.get(name);
  if (quota === undefined) {
    return warning(`up to ${parallel} run at a time. Service Quotas names no quota for them: look at CodeBuild's quotas in the console.`);
  }
  const advice = `Ask for more at Service Quotas: CodeBuild, "${name}".`;
  if (quota < 1) {
    return fails(`the account may run none. ${advice}`);
  }
  if (parallel > quota * (1 + QUEUED_PER_RUNNING) && !repeats) {
    return fails(`up to ${parallel} are started at a time; ${quota} run and ${quota * QUEUED_PER_RUNNING} wait, and the others fail. ${advice}`);
  }
  return quota < parallel ? warning(`up to ${parallel} are started at a time, and ${quota} run at a time: the others wait. ${advice}`) : ok(`up to ${parallel} run at a time, of ${quota} that may`);
}

function image({ image: name, usedBy, secret }: ImageNeed, facts: Facts): Verdict {
  if (name === undefined) {
    return warning('it is known only once the stack is deployed.');
  }
  if (name.startsWith('aws/codebuild/')) {
    return of(facts.curatedImages, (curated) => (curated.has(name) ? ok('AWS keeps it')
      : warning(`it is not among the images that CodeBuild lists here: builds of ${usedBy} fail where AWS has withdrawn it. Choose a newer buildImage.`)));
  }
  if (ecrImage(name) !== undefined) {
    return of(facts.images.get(name), (there) => (there ? ok('it is in its repository') : fails(`it is not in its repository, so builds of ${usedBy} cannot start: push it, or choose another buildImage.`)));
  }
  return warning(secret === undefined && !name.startsWith('public.ecr.aws/')
    ? 'it is pulled from a public registry without credentials, which may refuse too many pulls: copy it to ECR, or give credentials.'
    : 'it is in a registry outside of the account: whether it is there was not looked at.');
}

function connection(status: string | undefined): Verdict {
  switch (status) {
    case 'AVAILABLE': return ok('it is available');
    case 'PENDING': return fails('it is pending: open Developer Tools, Settings, Connections in the console, and finish it there.');
    case undefined: return fails('there is no such connection: create it in this account and Region, or correct its ARN.');
    default: return fails(`it is ${status}: repair it in the console, or make another.`);
  }
}
