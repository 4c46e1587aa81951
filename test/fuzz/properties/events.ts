import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { MalformedEventError, planParameters, triggerOf } from '../../../lambda/diff/trigger';
import { jobOf } from '../../../lambda/shared/jobs';
import { hostileJson, hostileText, returnsOrRefuses } from '../support/hostile';
import { property } from '../support/property';

const STATE_CHANGE = 'CodeCommit Repository State Change';
const watched = { repository: 'shop', branch: 'feature/one/two' };

function stateChange(detail: unknown): unknown {
  return { 'version': '0', 'source': 'aws.codecommit', 'detail-type': STATE_CHANGE, detail };
}

/** What the diff function makes of an event: it is read, ignored with a reason, or refused as malformed. */
function outcomeOf(event: unknown): string {
  const result = returnsOrRefuses(() => triggerOf(event, watched));
  if ('refusal' in result) {
    assert(result.refusal instanceof MalformedEventError);
    return 'refused as malformed';
  }
  if (result.value.kind === 'ignore') {
    assert.notEqual(result.value.reason, '');
    return 'ignored with a reason';
  }
  return 'read';
}

const field = fc.oneof(hostileText, fc.jsonValue());
const detail = fc.record({
  event: fc.oneof(field, fc.constantFrom('referenceCreated', 'referenceUpdated', 'referenceDeleted')),
  repositoryName: fc.oneof(field, fc.constant('shop')),
  referenceType: fc.oneof(field, fc.constantFrom('branch', 'tag')),
  referenceName: fc.oneof(field, fc.constant('feature/one/two')),
}, { requiredKeys: [] });

const job = fc.record({
  id: fc.oneof(hostileText, fc.jsonValue()),
  data: fc.oneof(fc.jsonValue(), fc.record({
    actionConfiguration: fc.oneof(fc.jsonValue(), fc.record({
      configuration: fc.record({ UserParameters: fc.oneof(hostileText, fc.json(), fc.jsonValue()) }),
    })),
    outputArtifacts: fc.oneof(fc.jsonValue(), fc.array(hostileJson)),
  }, { requiredKeys: [] })),
}, { requiredKeys: ['id'] });

export const EVENTS = [
  property('any JSON is read, ignored with a reason, or refused as malformed', [fc.oneof(hostileJson, fc.jsonValue(), hostileText)], outcomeOf),

  property('a state change with any detail is read, ignored with a reason, or refused as malformed', [fc.oneof(detail, hostileJson)], (content) => {
    const outcome = outcomeOf(stateChange(content));
    const { event, repositoryName, referenceType, referenceName } = content as Record<string, unknown>;
    const isOurs = repositoryName === 'shop' && referenceType === 'branch' && referenceName === 'feature/one/two'
      && (event === 'referenceCreated' || event === 'referenceUpdated');
    const isWhole = [event, repositoryName, referenceType, referenceName].every((value) => typeof value === 'string');
    assert.equal(outcome, !isWhole ? 'refused as malformed' : isOurs ? 'read' : 'ignored with a reason');
    return outcome;
  }),

  property('only the very branch counts, whatever its name looks like', [hostileText, hostileText, fc.boolean()], (branch, drawn, isSame) => {
    const other = isSame ? branch : drawn;
    const moved = stateChange({ event: 'referenceUpdated', repositoryName: 'shop', referenceType: 'branch', referenceName: other });
    const { kind } = triggerOf(moved, { repository: 'shop', branch });
    assert.equal(kind, branch === other ? 'look' : 'ignore');
    return kind === 'look' ? 'read' : 'ignored with a reason';
  }, 500),

  property('an event of up to 256 KB is answered like any other', [fc.integer({ min: 200_000, max: 260_000 }), fc.boolean()], (length, isChange) => {
    const long = 'x'.repeat(length);
    const outcome = outcomeOf(isChange
      ? stateChange({ event: 'referenceUpdated', repositoryName: long, referenceType: 'branch', referenceName: 'main' }) : { surplus: long });
    assert.equal(outcome, isChange ? 'ignored with a reason' : 'refused as malformed');
    return outcome;
  }, 20),

  property('forced components are names as they were given, or refused', [fc.oneof(fc.array(hostileText), fc.jsonValue())], (components) => {
    const result = returnsOrRefuses(() => triggerOf({ action: 'force', components }, watched));
    if (Array.isArray(components) && components.length > 0 && components.every((name) => typeof name === 'string' && name !== '')) {
      assert.deepEqual(result, { value: { kind: 'force', components: [...new Set(components as string[])].sort() } });
      return 'read';
    }
    assert('refusal' in result && result.refusal instanceof MalformedEventError);
    return 'refused as malformed';
  }, 500),

  property('jobs with any content are read or refused', [job], (content) => {
    const result = returnsOrRefuses(() => jobOf({ 'CodePipeline.job': content }));
    if ('refusal' in result) {
      return 'refused';
    }
    const found = result.value;
    return found === undefined ? 'no job' : 'value' in returnsOrRefuses(() => planParameters(found)) ? 'read' : 'parameters refused';
  }),
];
