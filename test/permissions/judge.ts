import { getDenialReasons, runSimulation, SingleResourceSimulationResult } from '@cloud-copilot/iam-simulate';
import { Policies, Policy } from './policies';
import { Access, Authorizer } from '../../local/authorization/access';

/** One permission that a policy grants: an action, or a pattern of actions, on a resource or a pattern of resources. */
export interface Grant {
  readonly policy: string;
  readonly statement: string;
  readonly action: string;
  readonly resource: string;
}

type Analysis = SingleResourceSimulationResult['result']['analysis'];
type Explained = NonNullable<Analysis['identityAnalysis']>['allowStatements'];

/** For whom no policy is known: roles of the bootstrap. */
const OUTSIDE: Policy = { name: 'outside', policy: { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] } };

/**
 * Judges accesses by the policies of an assembly, as IAM would: identity and resource policies, trust policies, key policies, conditions.
 * Roles outside of the assembly, those of the CDK's bootstrap, are taken to trust the assembly's accounts and to be allowed everything;
 * what the assembly's own resources admit them to is judged.
 */
export class Judge implements Authorizer {
  /** What was granted and used. */
  public readonly used = new Set<string>();
  /** How many accesses were judged. */
  public accesses = 0;
  private readonly judged = new Map<string, Promise<string | undefined>>();

  constructor(public readonly policies: Policies) {}

  public async judge(access: Access): Promise<string | undefined> {
    this.accesses += 1;
    const key = JSON.stringify(access);
    const verdict = this.judged.get(key) ?? this.simulate(access);
    this.judged.set(key, verdict);
    return verdict;
  }

  private async simulate({ principal, action, resource, account, context = {} }: Access): Promise<string | undefined> {
    const role = this.policies.roles.get(principal);
    const isRole = principal.startsWith('arn:');
    const identityPolicies = role?.policies ?? (isRole ? [OUTSIDE] : []);
    const resourcePolicy = this.resourcePolicy(action, resource, principal);
    const outcome = await runSimulation({
      request: {
        principal: isRole ? sessionOf(principal) : principal,
        action,
        resource: { resource, accountId: account },
        contextVariables: {
          'aws:SecureTransport': 'true',
          ...(isRole ? { 'aws:PrincipalArn': principal } : {}),
          ...Object.fromEntries(Object.entries(role?.tags ?? {}).map(([name, value]) => [`aws:PrincipalTag/${name}`, value])),
          ...context,
        },
      },
      identityPolicies: [...identityPolicies],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy: resourcePolicy.policy }),
    }, {});
    if (outcome.resultType !== 'single') {
      throw new Error(`${action} on ${resource} cannot be judged: ${JSON.stringify(outcome)}`);
    }
    const { overallResult, result: { analysis } } = outcome;
    if (overallResult === 'Allowed') {
      this.note(analysis.identityAnalysis?.allowStatements ?? []);
      this.note(analysis.resourceAnalysis?.allowStatements ?? [], resourcePolicy?.name);
      return undefined;
    }
    return `${overallResult} (${JSON.stringify(getDenialReasons(analysis))}; context ${JSON.stringify(context)})`;
  }

  private note(statements: Explained, policy?: string): void {
    for (const { policyId, explain } of statements) {
      const actions = [explain.actions ?? []].flat().filter(({ matches }) => matches).map(({ action }) => action);
      const resources = [explain.resources ?? { resource: '', matches: true }].flat().filter(({ matches }) => matches).map(({ resource }) => resource);
      for (const action of actions) {
        resources.forEach((resource) => this.used.add(grantKey({ policy: policy ?? policyId ?? '', statement: explain.identifier, action, resource })));
      }
    }
  }

  private resourcePolicy(action: string, resource: string, principal: string): Policy | undefined {
    if (action === 'sts:AssumeRole') {
      return this.policies.roles.get(resource)?.trust ?? trustOutside(principal);
    }
    const owner = resource.startsWith('arn:aws:s3:::') ? resource.split('/')[0] : resource;
    return this.policies.ofResources.get(owner);
  }
}

export function grantKey({ policy, statement, action, resource }: Grant): string {
  return JSON.stringify([policy, statement, action, resource]);
}

function sessionOf(roleArn: string): string {
  const [, , , , account, path] = roleArn.split(':');
  return `arn:aws:sts::${account}:assumed-role/${path.slice(path.lastIndexOf('/') + 1)}/local`;
}

/** The bootstrap's roles trust the accounts that it was told to. */
function trustOutside(principal: string): Policy {
  const trusted = principal.startsWith('arn:') ? { AWS: `arn:aws:iam::${principal.split(':')[4]}:root` } : { Service: principal };
  return { name: 'outside', policy: { Version: '2012-10-17', Statement: [{ Sid: 'Trust', Effect: 'Allow', Action: 'sts:AssumeRole', Principal: trusted }] } };
}
