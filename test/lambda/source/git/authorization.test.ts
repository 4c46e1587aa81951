import { secretAuthorization } from '../../../../lambda/shared/source/git/authorization';

const decoded = (text: string) => Buffer.from(secretAuthorization(text, 'arn:secret').replace(/^Basic /, ''), 'base64').toString();

test.each([
  ['ghp_token', 'x-token-auth:ghp_token'],
  [' glpat-token\n', 'x-token-auth:glpat-token'],
  ['{"username":"me","password":"p:w"}', 'me:p:w'],
  ['{"password":"p"}', 'x-token-auth:p'],
  ['{"token":"t"}', 'x-token-auth:t'],
])('%j is %s', (text, expected) => {
  expect(decoded(text)).toBe(expected);
});

test.each(['', '  ', '{', '{}', '{"password":7}', '{"username":"me"}', 'two\nlines'])('%j is refused, and not shown', (text) => {
  const refused = expect(() => secretAuthorization(text, 'arn:secret'));
  refused.toThrow(new Error('Secret arn:secret has to hold a token, or JSON with the texts "username" and "password".'));
});
