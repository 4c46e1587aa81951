import * as fc from 'fast-check';
import { hostileJson, hostileText, returnsOrRefuses } from './support/hostile';
import { MalformedEventError, planParameters, triggerOf } from '../../lambda/diff/trigger';
import { jobOf } from '../../lambda/shared/jobs';

const STATE_CHANGE = 'CodeCommit Repository State Change';
const watched = { repository: 'shop', branch: 'feature/one/two' };

function stateChange(detail: unknown): unknown {
  return { 'version': '0', 'source': 'aws.codecommit', 'detail-type': STATE_CHANGE, detail };
}

describe('events', () => {
  it('any JSON is read, ignored with a reason, or refused as malformed', () => {
    fc.assert(fc.property(fc.oneof(hostileJson, fc.jsonValue(), hostileText), (event) => {
      const result = returnsOrRefuses(() => triggerOf(event, watched));
      if ('refusal' in result) {
        expect(result.refusal).toBeInstanceOf(MalformedEventError);
      } else if (result.value.kind === 'ignore') {
        expect(result.value.reason).not.toBe('');
      }
    }), { numRuns: 1_000 });
  });

  it('a state change with any detail is read, ignored with a reason, or refused as malformed', () => {
    const field = fc.oneof(hostileText, fc.jsonValue());
    const detail = fc.record({
      event: fc.oneof(field, fc.constantFrom('referenceCreated', 'referenceUpdated', 'referenceDeleted')),
      repositoryName: fc.oneof(field, fc.constant('shop')),
      referenceType: fc.oneof(field, fc.constantFrom('branch', 'tag')),
      referenceName: fc.oneof(field, fc.constant('feature/one/two')),
    }, { requiredKeys: [] });
    fc.assert(fc.property(fc.oneof(detail, hostileJson), (content) => {
      const result = returnsOrRefuses(() => triggerOf(stateChange(content), watched));
      const { event, repositoryName, referenceType, referenceName } = content as Record<string, unknown>;
      if ([event, repositoryName, referenceType, referenceName].some((value) => typeof value !== 'string')) {
        expect(result).toHaveProperty('refusal.name', 'MalformedEventError');
        return;
      }
      const isOurs = repositoryName === 'shop' && referenceType === 'branch' && referenceName === 'feature/one/two'
        && (event === 'referenceCreated' || event === 'referenceUpdated');
      expect(result).toMatchObject({ value: { kind: isOurs ? 'look' : 'ignore' } });
    }), { numRuns: 1_000 });
  });

  it('only the very branch counts, whatever its name looks like', () => {
    fc.assert(fc.property(hostileText, hostileText, (branch, other) => {
      const moved = stateChange({ event: 'referenceUpdated', repositoryName: 'shop', referenceType: 'branch', referenceName: other });
      expect(triggerOf(moved, { repository: 'shop', branch }).kind).toBe(branch === other ? 'look' : 'ignore');
    }), { numRuns: 500 });
  });

  it('an event of 256 KB is answered like any other', () => {
    const huge = stateChange({ event: 'referenceUpdated', repositoryName: 'x'.repeat(250_000), referenceType: 'branch', referenceName: 'main' });
    expect(triggerOf(huge, watched).kind).toBe('ignore');
    expect(returnsOrRefuses(() => triggerOf({ surplus: 'x'.repeat(250_000) }, watched))).toHaveProperty('refusal.name', 'MalformedEventError');
  });

  it('forced components are names as they were given, or refused', () => {
    fc.assert(fc.property(fc.oneof(fc.array(hostileText), fc.jsonValue()), (components) => {
      const result = returnsOrRefuses(() => triggerOf({ action: 'force', components }, watched));
      const isList = Array.isArray(components) && components.length > 0 && components.every((name) => typeof name === 'string' && name !== '');
      expect(result).toMatchObject(isList
        ? { value: { kind: 'force', components: [...new Set(components as string[])].sort() } } : { refusal: { name: 'MalformedEventError' } });
    }), { numRuns: 500 });
  });

  it('jobs with any content are read or refused', () => {
    const job = fc.record({
      id: fc.oneof(hostileText, fc.jsonValue()),
      data: fc.oneof(fc.jsonValue(), fc.record({
        actionConfiguration: fc.oneof(fc.jsonValue(), fc.record({
          configuration: fc.record({ UserParameters: fc.oneof(hostileText, fc.json(), fc.jsonValue()) }),
        })),
        outputArtifacts: fc.oneof(fc.jsonValue(), fc.array(hostileJson)),
      }, { requiredKeys: [] })),
    }, { requiredKeys: ['id'] });
    fc.assert(fc.property(job, (content) => {
      const result = returnsOrRefuses(() => jobOf({ 'CodePipeline.job': content }));
      if ('value' in result && result.value !== undefined) {
        const found = result.value;
        returnsOrRefuses(() => planParameters(found));
      }
    }), { numRuns: 1_000 });
  });
});
