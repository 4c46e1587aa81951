import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { MalformedEventError, planParameters, triggerOf } from '../../../lambda/diff/trigger';
import { jobOf } from '../../../lambda/shared/jobs';
import { hostileJson, hostileText, returnsOrRefuses } from '../support/hostile';
import { property } from '../support/property';

/** What the diff function makes of an event: it is read, or refused as malformed. */
function outcomeOf(event: unknown): string {
  const result = returnsOrRefuses(() => triggerOf(event));
  if ('refusal' in result) {
    assert(result.refusal instanceof MalformedEventError);
    return 'refused as malformed';
  }
  return 'read';
}

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
  property('any JSON is read, or refused as malformed', [fc.oneof(hostileJson, fc.jsonValue(), hostileText)], outcomeOf),

  property('a hint is read, whatever else it carries', [hostileJson], (surplus) => {
    const outcome = outcomeOf({ ...(surplus as object), action: 'look' });
    assert.equal(outcome, 'CodePipeline.job' in (surplus as object) ? outcome : 'read');
    return outcome;
  }),

  property('an event of up to 256 KB is answered like any other', [fc.integer({ min: 200_000, max: 260_000 }), fc.boolean()], (length, isHint) => {
    const outcome = outcomeOf({ surplus: 'x'.repeat(length), ...(isHint ? { action: 'look' } : {}) });
    assert.equal(outcome, isHint ? 'read' : 'refused as malformed');
    return outcome;
  }, 20),

  property('forced components are names as they were given, or refused', [fc.oneof(fc.array(hostileText), fc.jsonValue())], (components) => {
    const result = returnsOrRefuses(() => triggerOf({ action: 'force', components }));
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
