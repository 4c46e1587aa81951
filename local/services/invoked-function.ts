const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** The function that a request of Lambda's API is about; nothing where it is another request. */
export function invokedFunction(url = ''): string | undefined {
  const [, name] = INVOCATIONS.exec(new URL(url, 'http://localhost').pathname) ?? [];
  return name === undefined ? undefined : decodeURIComponent(name);
}
