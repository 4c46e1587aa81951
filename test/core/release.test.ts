import { Catalogue, ParameterBinding } from '../../src/core/catalogue';
import { parameterValues } from '../../src/core/parameter-values';
import { Build, Release } from '../../src/core/release';
import { assembleRelease, buildOf, changedBuilds, describeRelease, ReleaseError, ReleaseInput } from '../../src/core/release-assembly';

function build(component: string, buildNumber: number, more: Partial<Build> = {}): Build {
  return {
    component,
    buildNumber,
    location: `s3://bucket/${component}/${buildNumber}/a.zip`,
    fingerprint: `f${buildNumber}`,
    definition: 'd',
    commitId: `${buildNumber}`.repeat(40),
    pipelineExecutionId: `e${buildNumber}`,
    timestamp: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

const catalogue: Pick<Catalogue, 'components'> = { components: ['b', 'a', 'constructor'].map((name) => ({ name, path: name })) };
const baseline: Release = {
  version: 1,
  solution: 's',
  commitId: 'base',
  planId: 'p1',
  sequence: 1,
  pipelineExecutionId: 'e1',
  timestamp: '2026-01-01T00:00:00.000Z',
  components: { a: build('a', 1), b: build('b', 1), constructor: build('constructor', 1), gone: build('gone', 1) },
};

function assemble(more: Partial<ReleaseInput> = {}): Release {
  return assembleRelease({
    catalogue,
    solution: 's',
    commitId: 'head',
    planId: 'p2',
    sequence: 2,
    pipelineExecutionId: 'e2',
    timestamp: '2026-01-02T00:00:00.000Z',
    changed: ['a'],
    builds: new Map([['a', build('a', 2)]]),
    baseline,
    ...more,
  });
}

describe('assembleRelease', () => {
  it('takes the changed from this execution and the others from the baseline, and leaves out what is no component any more', () => {
    expect(assemble()).toEqual({
      version: 1,
      solution: 's',
      commitId: 'head',
      planId: 'p2',
      sequence: 2,
      pipelineExecutionId: 'e2',
      timestamp: '2026-01-02T00:00:00.000Z',
      baseline: { commitId: 'base', pipelineExecutionId: 'e1' },
      components: { a: build('a', 2), b: build('b', 1), constructor: build('constructor', 1) },
    });
  });

  it('Invariant 3: takes an unchanged component from the baseline, though there is a newer build', () => {
    expect(assemble({ builds: new Map([['a', build('a', 2)], ['b', build('b', 7)]]) }).components.b).toEqual(build('b', 1));
  });

  it('takes everything from this execution where nothing was ever released', () => {
    const builds = new Map(['a', 'b', 'constructor'].map((name) => [name, build(name, 1)]));
    const release = assemble({ baseline: undefined, changed: builds.keys(), builds });
    expect(release).not.toHaveProperty('baseline');
    expect(Object.keys(release.components)).toEqual(['a', 'b', 'constructor']);
  });

  it('is never partial: names every component without a build', () => {
    const partial: Release = { ...baseline, components: { a: build('a', 1) } };
    const attempt = () => assemble({ changed: ['a', 'b'], builds: new Map(), baseline: partial });
    expect(attempt).toThrow(ReleaseError);
    expect(attempt).toThrow(/commit head would not be complete:\n- "a" changed, but this execution has no build of it\n- "b" changed, .*\n- "constructor" is unchanged, but the baseline \(commit base\) has no build of it\n/);
    expect(() => assemble({ baseline: undefined })).toThrow(/"b" is unchanged, but there is no baseline/);
  });

  it('refuses a plan of another catalogue, a build of another component, and another solution\'s baseline', () => {
    expect(() => assemble({ changed: ['a', 'gone'] })).toThrow(/"gone" changed according to the plan, but the catalogue has no such component/);
    expect(() => assemble({ builds: new Map([['a', build('b', 2)]]) })).toThrow(/"a" was given a build of "b"/);
    expect(() => assemble({ baseline: { ...baseline, solution: 't' } })).toThrow(/release of solution "t", not of "s"/);
  });
});

describe('what a release holds', () => {
  it('finds a build by its component\'s own name alone', () => {
    expect(buildOf(baseline, 'constructor')?.component).toBe('constructor');
    expect(buildOf(baseline, 'toString')).toBeUndefined();
  });

  it('knows which builds another release does not have', () => {
    expect(changedBuilds(assemble(), baseline)).toEqual([build('a', 2)]);
    expect(changedBuilds(baseline, undefined).map(({ component }) => component)).toEqual(['a', 'b', 'constructor', 'gone']);
    expect(changedBuilds(baseline, assemble()).map(({ component }) => component)).toEqual(['a', 'gone']);
  });

  it('prints itself as a table', () => {
    const release = assemble({ builds: new Map([['a', build('a', 2, { location: '' })]]) });
    expect(describeRelease(release, baseline)).toBe([
      'Release 2 of s: commit head',
      '   component    build  commit    location',
      '*  a            #2     22222222  (no artifact)',
      '   b            #1     11111111  s3://bucket/b/1/a.zip',
      '   constructor  #1     11111111  s3://bucket/constructor/1/a.zip',
      '',
    ].join('\n'));
  });
});

describe('parameterValues', () => {
  const values = (location: string, ...parameters: ParameterBinding[]) => parameterValues(parameters, build('a', 3, { location }));

  it('gives the location, its bucket and its key', () => {
    expect(values('s3://my-bucket/s/components/a/3/a.zip', { name: 'Whole', part: 'location' }, { name: 'Bucket', part: 'bucket' }, { name: 'Key', part: 'key' }))
      .toEqual({ Whole: 's3://my-bucket/s/components/a/3/a.zip', Bucket: 'my-bucket', Key: 's/components/a/3/a.zip' });
  });

  it('gives an image', () => {
    expect(values('1.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:0', { name: 'Image', part: 'location' })).toEqual({ Image: '1.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:0' });
  });

  it('gives one file of several', () => {
    expect(values('s3://b/s/3/', { name: 'Modules', part: { file: 'modules.zip' } })).toEqual({ Modules: 's3://b/s/3/modules.zip' });
  });

  it('gives nothing where no parameter asks', () => {
    expect(values('')).toEqual({});
  });

  test.each<[string, ParameterBinding['part'], RegExp]>([
    ['', 'location', /Component "a", build 3: parameter "P" needs an artifact, and the build's location is ""/],
    ['repo@sha256:0', 'bucket', /needs an S3 location/],
    ['s3://bucket', 'key', /needs an S3 location/],
    ['s3://b/one.zip', { file: 'x' }, /needs a location that ends in "\/"/],
  ])('refuses of %p the %j', (location, part, message) => {
    expect(() => values(location, { name: 'P', part })).toThrow(ReleaseError);
    expect(() => values(location, { name: 'P', part })).toThrow(message);
  });
});
