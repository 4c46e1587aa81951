/**
 * Configuration of every SDK client. More attempts than the SDK's three: CodeCommit publishes no rates,
 * and a build or an event that fails on a throttle costs more than the wait.
 */
export const CLIENT_CONFIG = { retryMode: 'standard', maxAttempts: 8 } as const;

/** Optional attributes may be `undefined` in our items; DynamoDB has no such value. */
export const DOCUMENT_CONFIG = { marshallOptions: { removeUndefinedValues: true } } as const;
