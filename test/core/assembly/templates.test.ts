import { rewriteTemplates } from '../../../src/core/assembly/templates';
import { sha256 } from '../../../src/core/digest';

const TAG = 'c'.repeat(64);
const DIGEST = `sha256:${'d'.repeat(64)}`;
const REPOSITORY = 'cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}';
const image = { title: 'Image I', repositoryName: REPOSITORY, imageTag: TAG, digest: DIGEST };
const uri = `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/${REPOSITORY}`;
const named = (text: string) => JSON.stringify({ Code: { ImageUri: { 'Fn::Sub': text } } });

describe('rewriteTemplates', () => {
  it('names images by the digest of what was built', () => {
    const { root } = rewriteTemplates({ file: 't.json', text: named(`${uri}:${TAG}`) }, [], [image]);
    expect(root).toBe(named(`${uri}@${DIGEST}`));
  });

  it('leaves alone what looks like it, and paths for tools', () => {
    const text = JSON.stringify({ Metadata: { 'aws:asset:path': `asset.${TAG}`, 'aws:asset:dockerfile-path': 'Dockerfile' }, Other: `x/other:${TAG}0` });
    expect(rewriteTemplates({ file: 't.json', text }, [], [image]).root).toBe(text);
  });

  it.each([JSON.stringify({ Tag: TAG }), JSON.stringify({ Join: ['', [{ Ref: 'Uri' }, `:${TAG}`]] })])('refuses a tag apart from its repository: %s', (text) => {
    expect(() => rewriteTemplates({ file: 't.json', text }, [], [image])).toThrow('t.json names the tag of Image I apart from its repository');
  });

  it('gives nested templates that change the key of their content, and leaves the others theirs', () => {
    const nested = (path: string, id: string, text: string) => ({ path, id, objectKey: `prefix/${id}.json`, text });
    const all = [nested('n1', 'id1', '{"TemplateURL":"/prefix/id2.json"}'), nested('n2', 'id2', named(`${uri}:${TAG}`)), nested('n3', 'id3', '{}')];
    const rewritten = rewriteTemplates({ file: 't.json', text: '["/prefix/id1.json","/prefix/id3.json"]' }, all, [image]);
    const leaf = named(`${uri}@${DIGEST}`);
    const middle = `{"TemplateURL":"/prefix/${sha256(leaf)}.json"}`;
    expect(rewritten.nested.get('n2')).toEqual({ text: leaf, objectKey: `prefix/${sha256(leaf)}.json`, isChanged: true });
    expect(rewritten.nested.get('n1')).toEqual({ text: middle, objectKey: `prefix/${sha256(middle)}.json`, isChanged: true });
    expect(rewritten.nested.get('n3')).toEqual({ text: '{}', objectKey: 'prefix/id3.json', isChanged: false });
    expect(rewritten.root).toBe(`["/prefix/${sha256(middle)}.json","/prefix/id3.json"]`);
  });
});
