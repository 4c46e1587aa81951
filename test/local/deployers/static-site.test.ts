import { Story } from './story';
import { removeFolders } from '../support';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../../src'), { virtual: true });

/** Buckets and distributions of the stacks, by the names that the local run gives. */
const BUCKETS = { test: 'site-test-Bucket', prod: 'site-prod-Bucket' };

describe('examples/static-site', () => {
  let story: Story;

  beforeAll(async () => {
    story = await Story.begin('static-site', {}, 'site');
    Object.values(BUCKETS).forEach((bucket) => story.system.objects.createBucket(bucket));
  });

  afterAll(async () => {
    await story?.system.stop();
    removeFolders();
  });

  const page = (environment: keyof typeof BUCKETS, name: string) => (
    story.system.objects.get(BUCKETS[environment], name) === undefined ? undefined : story.system.objects.read(BUCKETS[environment], name).toString());
  const invalidated = () => story.system.invalidations.map(({ distribution }) => distribution);
  const texts = () => story.asked.map(({ text }) => text).join('\n');
  const html = (text: string) => `<!doctype html>\n<title>Site</title>\n<p>${text}</p>\n`;

  test('the first release makes the stack, then publishes where its outputs say', async () => {
    await story.succeeds();
    expect([page('test', 'index.html'), page('prod', 'index.html')]).toEqual([html('Hello.'), html('Hello.')]);
    expect(invalidated()).toEqual(['site-test-Distribution', 'site-prod-Distribution']);
    // What the outputs are is not known before the stack is there.
    expect(texts()).toContain('outputs that it takes are not known yet');
  });

  test('where nothing of it changed, nothing is published', async () => {
    const before = story.steps().length;
    const template = story.git.git('show', 'HEAD:hosting/template.yml');
    await story.succeeds({ 'hosting/template.yml': `${template.trimEnd()}\n`.replace('Description: Hosting of the site', 'Description: Hosting of the pages') });
    expect(story.steps()).toHaveLength(before);
    // What is not known may change: the stack's outputs, in which the pages are.
    expect(story.asked).toHaveLength(1);
  });

  test('a page that changes is shown by its name, and published', async () => {
    await story.succeeds({ 'site/src/index.html': html('Welcome.') });
    expect(texts()).toContain('site@index.html (Site::Page) is modified');
    expect(texts()).not.toContain('terms.html');
    expect([page('test', 'index.html'), page('prod', 'index.html')]).toEqual([html('Welcome.'), html('Welcome.')]);
  });

  test('a page that the report cannot hold is refused before anything is published', async () => {
    expect(await story.release({ 'site/src/a page.html': html('A page') })).toBe('Failed');
    expect(story.failure).toContain("The delivery of component 'site' to test was not prepared, and nothing was delivered");
    expect(page('test', 'a page.html')).toBeUndefined();
    await story.release({ 'site/src/a page.html': null });
  });

  test('rejected, the page stays as it is in prod', async () => {
    story.approver.answer = 'Rejected';
    expect(await story.release({ 'site/src/terms.html': null })).toBe('Failed');
    expect([page('test', 'terms.html'), page('prod', 'terms.html')]).toEqual([undefined, expect.stringContaining('Terms')]);
    expect(texts()).toContain('site@terms.html (Site::Page) is deleted');
    story.approver.answer = 'Approved';
    await story.succeeds({ 'site/src/about.html': html('About') });
    expect([page('prod', 'terms.html'), page('prod', 'about.html')]).toEqual([undefined, html('About')]);
  });

  test('a rollback publishes the older build', async () => {
    await story.command('rollback', 'prod');
    expect(story.system.executions.at(-1)!.status).toBe('Succeeded');
    expect([page('prod', 'terms.html'), page('prod', 'about.html')]).toEqual([expect.stringContaining('Terms'), undefined]);
  });
});
