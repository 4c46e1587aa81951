import { copyArtifacts, Copying, regionalRelease, regionalText } from '../../../lambda/release/regional';
import { ImageCopier, ImageCopy } from '../../../lambda/shared/image-copier';
import { Build, Release } from '../../../src/core/release';
import { FakeS3 } from '../../support/fake-s3';

const build = (component: string, location: string): Build => ({
  component, buildNumber: 7, location, fingerprint: 'f', definition: 'd', commitId: 'c', pipelineExecutionId: 'e', timestamp: '2026-03-01T12:00:00.000Z',
});

const RELEASE: Release = {
  version: 1,
  solution: 'shop',
  commitId: 'c',
  planId: 'p',
  sequence: 1,
  pipelineExecutionId: 'e',
  timestamp: '2026-03-01T12:00:00.000Z',
  components: {
    'web/app': build('web/app', 's3://artifacts/shop/components/web-app/7/web-app.zip'),
    'job': build('job', 's3://artifacts/shop/components/job/7/'),
    'shared': build('shared', ''),
    'template.yml': build('template.yml', 's3://artifacts/shop/components/template-yml/7/packaged-template.yml'),
    'other': build('other', 's3://elsewhere/other.zip'),
    'web': build('web', 'registry/web@sha256:1234'),
    'strange': build('strange', 'registry/strange@sha256:5678'),
  },
};

const NESTED = 'https://s3.eu-west-1.amazonaws.com/artifacts/shop/components/template-yml/7/abc.template';
const BINARY = Buffer.from([0x50, 0x4b, 0xff, 0xfe, 0x00]);

describe('artifacts in another Region', () => {
  let s3: FakeS3;
  let copying: Copying;
  let imagesCopied: ImageCopy[];

  beforeEach(() => {
    s3 = new FakeS3();
    imagesCopied = [];
    copying = {
      solution: 'shop',
      templates: new Set(['template.yml']),
      source: { s3: s3.client, region: 'eu-west-1', bucket: 'artifacts' },
      destination: { s3: s3.client, region: 'us-east-1', bucket: 'copies', images: { web: 'copies/web' } },
      images: { copy: async (image: ImageCopy) => { imagesCopied.push(image); } } as ImageCopier,
    };
    const put = (key: string, body: Buffer | string) => s3.objects.set(`artifacts/shop/components/${key}`, { body: Buffer.from(body), input: {} as never });
    put('web-app/7/web-app.zip', BINARY);
    put('web-app/6/web-app.zip', 'earlier');
    put('job/7/main.py', 'names artifacts, and is no template');
    put('job/7/modules.zip', BINARY);
    put('template-yml/7/packaged-template.yml', `Resources: { Nested: { TemplateURL: '${NESTED}' } }`);
    put('template-yml/7/abc.template', 'S3Bucket: artifacts');
    put('template-yml/7/def', BINARY);
  });

  const copies = () => [...s3.objects.keys()].filter((name) => name.startsWith('copies/')).map((name) => name.slice('copies/shop/components/'.length)).sort();

  it('are with the template what its builds share, and what that refers to, each after what it refers to', async () => {
    const shared = (digit: string, further = '') => `template-yml/packaged/${digit.repeat(64)}${further}`;
    const put = (key: string, body: Buffer | string) => s3.objects.set(`artifacts/shop/components/${key}`, { body: Buffer.from(body), input: {} as never });
    put(shared('a'), BINARY);
    put(shared('b', '.template'), `{ S3Bucket: artifacts, S3Key: shop/components/${shared('a')} }`);
    put(shared('c'), 'another template\'s');
    put('template-yml/7/packaged-template.yml', `TemplateURL: https://s3.eu-west-1.amazonaws.com/artifacts/shop/components/${shared('b', '.template')}\nOther: ${'d'.repeat(64)}\n`);
    await copyArtifacts(RELEASE, copying);
    const order = copies().filter((key) => key.startsWith('template-yml/packaged/'));
    expect(order).toEqual([shared('a'), shared('b', '.template')]);
    expect([...s3.objects.keys()].filter((name) => name.startsWith('copies/shop/components/template-yml/')).map((name) => name.slice('copies/shop/components/'.length)).slice(-3))
      .toEqual([shared('a'), shared('b', '.template'), 'template-yml/7/packaged-template.yml']);
    expect(s3.text(`copies/shop/components/${shared('b', '.template')}`)).toContain('S3Bucket: copies,');
    expect(s3.bytes(`copies/shop/components/${shared('a')}`).equals(BINARY)).toBe(true);
  });

  it('are those of the release\'s builds, byte for byte', async () => {
    await copyArtifacts(RELEASE, copying);
    expect(copies()).toEqual([
      'job/7/main.py', 'job/7/modules.zip', 'template-yml/7/abc.template', 'template-yml/7/def', 'template-yml/7/packaged-template.yml', 'web-app/7/web-app.zip',
    ]);
    for (const key of ['job/7/main.py', 'job/7/modules.zip', 'template-yml/7/def', 'web-app/7/web-app.zip']) {
      expect(s3.bytes(`copies/shop/components/${key}`)).toEqual(s3.bytes(`artifacts/shop/components/${key}`));
    }
  });

  it('are the images of components that have a repository there', async () => {
    await copyArtifacts(RELEASE, copying);
    expect(imagesCopied).toEqual([{ location: 'registry/web@sha256:1234', destination: 'copies/web', tag: '7' }]);
  });

  it('are referred to by templates, nested ones too', async () => {
    await copyArtifacts(RELEASE, copying);
    expect(s3.text('copies/shop/components/template-yml/7/packaged-template.yml')).toBe(
      "Resources: { Nested: { TemplateURL: 'https://s3.us-east-1.amazonaws.com/copies/shop/components/template-yml/7/abc.template' } }",
    );
    expect(s3.text('copies/shop/components/template-yml/7/abc.template')).toBe('S3Bucket: copies');
  });

  it('are copied once, and what is missing is made good', async () => {
    await copyArtifacts(RELEASE, copying);
    s3.objects.set('copies/shop/components/web-app/7/web-app.zip', { body: Buffer.from('there already'), input: {} as never });
    s3.objects.delete('copies/shop/components/job/7/main.py');
    await copyArtifacts(RELEASE, copying);
    expect(s3.text('copies/shop/components/web-app/7/web-app.zip')).toBe('there already');
    expect(s3.text('copies/shop/components/job/7/main.py')).toBe('names artifacts, and is no template');
  });

  it('are the locations of the release there; what is stored elsewhere stays', () => {
    const { components } = regionalRelease(RELEASE, copying);
    expect(Object.fromEntries(Object.entries(components).map(([name, { location }]) => [name, location]))).toEqual({
      'web/app': 's3://copies/shop/components/web-app/7/web-app.zip',
      'job': 's3://copies/shop/components/job/7/',
      'shared': '',
      'template.yml': 's3://copies/shop/components/template-yml/7/packaged-template.yml',
      'other': 's3://elsewhere/other.zip',
      'web': 'copies/web@sha256:1234',
      'strange': 'registry/strange@sha256:5678',
    });
    expect(components.job).toMatchObject({ buildNumber: 7, fingerprint: 'f' });
  });

  it.each([
    ['https://s3.eu-west-1.amazonaws.com/artifacts/a', 'https://s3.us-east-1.amazonaws.com/copies/a'],
    ['https://artifacts.s3.eu-west-1.amazonaws.com/a', 'https://copies.s3.us-east-1.amazonaws.com/a'],
    ['s3://artifacts/a', 's3://copies/a'],
    ['S3Bucket: artifacts\n', 'S3Bucket: copies\n'],
    ['my-artifacts artifacts-2 artifacts.x', 'my-artifacts artifacts-2 artifacts.x'],
  ])('%j reads %j there', (text, expected) => {
    expect(regionalText(text, copying)).toBe(expected);
  });
});
