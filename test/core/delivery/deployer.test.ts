import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { decideDelivery, DeliveryEntry } from '../../../src/core/delivery/deployer/decision';
import { readDeliveryReport } from '../../../src/core/delivery/deployer/read-report';
import { changesOf, destructionsOf, Effect } from '../../../src/core/delivery/deployer/reported-change';
import { terraformChanges } from '../../../src/core/delivery/deployer/terraform-plan';

describe('what is done with a delivery', () => {
  const entry: DeliveryEntry = { lastSucceeded: true, attemptedBuild: 5, delivered: { digest: 'd5', build: 5 } };
  const brought = { digest: 'd5', build: 5, rollback: 'DEPLOY_OLDER', isAlwaysCompared: false } as const;

  test('it is skipped only where the last attempt succeeded with this very content', () => {
    expect(decideDelivery(entry, brought).kind).toBe('skip');
    expect(decideDelivery(undefined, brought).kind).toBe('deliver');
    expect(decideDelivery({ ...entry, lastSucceeded: false }, brought).kind).toBe('deliver');
    expect(decideDelivery(entry, { ...brought, digest: 'd6', build: 6 }).kind).toBe('deliver');
    expect(decideDelivery(entry, { ...brought, isAlwaysCompared: true }).kind).toBe('deliver');
  });

  test('an older build follows the deployer\'s rule', () => {
    const older = { ...brought, digest: 'd4', build: 4 };
    expect(decideDelivery(entry, older).kind).toBe('deliver');
    expect(decideDelivery(entry, { ...older, rollback: 'SKIP' })).toEqual({
      kind: 'keep', why: 'build 5 is there, and the release has build 4, which is older: nothing is rolled back',
    });
    expect(decideDelivery(entry, { ...older, rollback: 'REFUSE' })).toEqual({ kind: 'refuse', why: 'build 5 is there, and the release has build 4, which is older' });
    // The same build is not an older one, whatever the rule.
    expect(decideDelivery(entry, { ...brought, rollback: 'REFUSE' }).kind).toBe('skip');
  });

  test('an attempt that failed counts: what it left is newer than the release', () => {
    const failed = { ...entry, lastSucceeded: false, attemptedBuild: 6 };
    expect(decideDelivery(failed, { ...brought, rollback: 'SKIP' })).toMatchObject({ kind: 'keep', why: expect.stringContaining('build 6 was attempted there, and did not succeed') as string });
    expect(decideDelivery(failed, brought).kind).toBe('deliver');
  });

  test('it is never skipped after a failure or for another content, whatever else is', () => {
    const entries = fc.record({
      lastSucceeded: fc.boolean(), attemptedBuild: fc.nat(3), delivered: fc.option(fc.record({ digest: fc.constantFrom('a', 'b'), build: fc.nat(3) }), { nil: undefined }),
    });
    const content = fc.record({
      digest: fc.constantFrom('a', 'b'), build: fc.nat(3), rollback: fc.constantFrom('DEPLOY_OLDER' as const, 'SKIP' as const, 'REFUSE' as const), isAlwaysCompared: fc.boolean(),
    });
    fc.assert(fc.property(entries, content, (ledger, now) => {
      if (decideDelivery(ledger, now).kind === 'skip') {
        expect([ledger.lastSucceeded, ledger.delivered?.digest]).toEqual([true, now.digest]);
      }
    }));
  });
});

describe('a report of commands', () => {
  const report = (...changes: unknown[]) => JSON.stringify({ changes });

  test('is read change by change', () => {
    expect(readDeliveryReport(report())).toEqual([]);
    const changes = [{ path: 'V1.sql', type: 'Migration', effect: 'create' }, { path: 'grants', type: 'Grant', effect: 'update', broadens: 'it grants SELECT' }];
    expect(readDeliveryReport(report(...changes))).toEqual(changes);
  });

  test.each([
    ['nothing', '', 'is not JSON'],
    ['a list', '[]', 'has no list "changes"'],
    ['null', 'null', 'has no list "changes"; it is null'],
    ['a change that is none', report('V1'), 'change 1 is "V1"'],
    ['no effect', report({ path: 'a', type: 't' }), 'has the effect absent: it is one of create'],
    ['an effect that only this library sets', report({ path: 'a', type: 't', effect: 'unseen' }), 'has the effect "unseen"'],
    ['an empty path', report({ path: ' ', type: 't', effect: 'create' }), 'has "path" " "'],
    ['two lines', report({ path: 'a\nb', type: 't', effect: 'create' }), 'text of one line'],
    ['a number', report({ path: 1, type: 't', effect: 'create' }), 'has "path" 1'],
    ['a misspelt field', report({ path: 'a', type: 't', effect: 'create', broaden: 'x' }), 'has "broaden", which is not read'],
    ['a path twice', report({ path: 'a', type: 't', effect: 'create' }, { path: 'a', type: 't', effect: 'update' }), 'names "a" more than once'],
    ['too many changes', report(...Array.from({ length: 10_001 }, (_, index) => ({ path: `${index}`, type: 't', effect: 'create' }))), 'has 10001 changes'],
  ])('%s is refused by name', (_, text, message) => {
    expect(() => readDeliveryReport(text)).toThrow(message);
  });

  test('no input breaks it in another way than by a message of its own', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      try {
        readDeliveryReport(text);
      } catch (error) {
        expect((error as Error).message).toMatch(/^The report/);
      }
    }));
  });
});

test('what is lost is judged by the guard, and what no report says is asked for', () => {
  const of = (effect: Effect) => [{ path: 'p', type: 'T', effect }];
  const effects: readonly Effect[] = ['create', 'update', 'replace', 'delete', 'forget', 'unknown', 'unseen'];
  expect(effects.filter((effect) => destructionsOf(of(effect)).length > 0)).toEqual(['replace', 'delete', 'unknown']);
  expect(effects.filter((effect) => changesOf(of(effect)).destructive.length > 0)).toEqual(['replace', 'delete', 'unknown', 'unseen']);
});

describe('a plan of Terraform', () => {
  // As Terraform 1.11.4 wrote them.
  const recorded = (name: string) => readFileSync(join(__dirname, 'terraform-plans', `${name}.json`), 'utf8');
  const changed = (type: string, actions: readonly string[], more: object = {}) => JSON.stringify({
    format_version: '1.2',
    resource_changes: [{ address: `${type}.a`, mode: 'managed', type, provider_name: 'registry.terraform.io/hashicorp/aws', change: { actions, ...more } }],
  });

  test('is read resource by resource', () => {
    expect(terraformChanges(recorded('all'))).toEqual([
      { path: 'terraform_data.added["a,b"]', type: 'terraform_data', effect: 'create' },
      { path: 'terraform_data.forgotten', type: 'terraform_data', effect: 'forget' },
      { path: 'terraform_data.removed', type: 'terraform_data', effect: 'delete' },
      { path: 'terraform_data.replaced', type: 'terraform_data', effect: 'replace' },
      { path: 'terraform_data.settings', type: 'terraform_data', effect: 'update' },
      { path: 'output.gone', type: 'output', effect: 'forget' },
      { path: 'output.more', type: 'output', effect: 'create' },
      { path: 'output.size', type: 'output', effect: 'update' },
    ]);
    expect(terraformChanges(recorded('first')).map(({ effect }) => effect)).toEqual(Array(7).fill('create'));
    expect(terraformChanges(recorded('none'))).toEqual([]);
  });

  test('that moves an address alone is to be applied', () => {
    expect(terraformChanges('{"format_version":"1.2","applyable":true,"resource_changes":[]}')).toEqual([{ path: 'state', type: 'state', effect: 'update' }]);
  });

  test.each([
    [['create', 'delete'], 'replace'],
    [['delete', 'create'], 'replace'],
    [['create', 'forget'], 'replace'],
    [['forget'], 'forget'],
    [['archive'], 'unknown'],
    [[], 'unknown'],
    [['update', 'delete'], 'unknown'],
  ])('actions %j are %s', (actions, effect) => {
    expect(terraformChanges(changed('aws_sqs_queue', actions)).map((change) => change.effect)).toEqual([effect]);
  });

  test('that only reads, or defers, or runs actions', () => {
    expect(terraformChanges(changed('aws_sqs_queue', ['read']))).toEqual([]);
    const text = JSON.stringify({
      format_version: '1.2',
      deferred_changes: [{ reason: 'provider_config_unknown', resource_change: { address: 'aws_s3_bucket.b', type: 'aws_s3_bucket' } }],
      action_invocations: [{ address: 'action.aws_lambda_invoke.a', type: 'aws_lambda_invoke' }],
    });
    expect(terraformChanges(text).map(({ path, effect }) => [path, effect])).toEqual([['aws_s3_bucket.b', 'unknown'], ['action.aws_lambda_invoke.a#1', 'unknown']]);
  });

  test.each([
    ['text', 'Error: …', 'the plan is not JSON'],
    ['a list', '[]', 'JSON of another kind'],
    ['another format', '{"format_version":"2.0"}', 'the plan\'s format is "2.0"'],
    ['a plan with an error', '{"format_version":"1.2","errored":true}', 'could not complete the plan'],
  ])('%s is refused', (_, text, message) => {
    expect(() => terraformChanges(text)).toThrow(message);
  });

  test.each([
    ['aws_iam_role_policy', ['update'], {}, true],
    ['aws_iam_policy', ['delete'], {}, true],
    ['aws_security_group_rule', ['create'], {}, true],
    ['aws_vpc_security_group_ingress_rule', ['create'], {}, true],
    ['aws_lambda_permission', ['create'], {}, true],
    ['aws_sqs_queue', ['update'], { before: { delay_seconds: 1 }, after: { delay_seconds: 2 } }, false],
    ['aws_sqs_queue', ['create'], { after: { name: 'q', policy: '{}' } }, true],
    ['aws_sqs_queue', ['create'], { after: { name: 'q' }, after_unknown: { policy: true } }, true],
    ['aws_sqs_queue', ['create'], { after: { name: 'q', policy: null } }, false],
    ['aws_sqs_queue', ['delete'], { before: { policy: '{}' } }, false],
  ])('%s, %j %j: broadens permissions: %s', (type, actions, change, broadens) => {
    expect(terraformChanges(changed(type, actions, change)).map((one) => one.broadens !== undefined)).toEqual([broadens]);
  });

  test('of a provider that is not known may broaden', () => {
    const text = changed('github_repository', ['update']).replace('hashicorp/aws', 'integrations/github');
    expect(terraformChanges(text)[0]!.broadens).toBe('what its provider registry.terraform.io/integrations/github gives access to is not known');
  });
});
