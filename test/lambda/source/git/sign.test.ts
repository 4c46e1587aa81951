import { signedAuthorization } from '../../../../lambda/shared/source/git/sign';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'session/token+with%signs==' };
const now = new Date('2026-03-01T12:00:00Z');
const decoded = (header: string) => Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();

// What `aws codecommit credential-helper get` of the AWS CLI 1.46.3 gives for these credentials at this time.
test.each([
  [
    'https://codeconnections.eu-west-1.amazonaws.com/git-http/111111111111/eu-west-1/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/my-org/shop.git',
    '20260301T120000Zf3e6f0731187486df319f81b2bc286e07cff6a9e75ce497cb072de35955e1465',
  ],
  ['https://127.0.0.1:8443/git-http/a/b/c/d.git', '20260301T120000Z47001575f8ef133aebf7999547b855a1e17e1f744531711feadc02b9fe420b54'],
])('signs %s as the AWS CLI\'s credential helper does', (url, password) => {
  expect(decoded(signedAuthorization(credentials, 'eu-west-1', url, now))).toBe(`AKIDEXAMPLE%session/token+with%signs==:${password}`);
});

test('names no session where there is none', () => {
  const { sessionToken: _, ...user } = credentials;
  expect(decoded(signedAuthorization(user, 'eu-west-1', 'https://host/path.git', now))).toMatch(/^AKIDEXAMPLE:20260301T120000Z[0-9a-f]{64}$/);
});
