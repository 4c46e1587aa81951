import type { RetryErrorInfo, RetryStrategyV2, RetryToken, StandardRetryToken } from '@smithy/types';

/** The SDK's retries, with the waits of the standard strategy in virtual time. */
export function retryStrategy(attempts: () => number, sleep: (milliseconds: number) => Promise<void>): RetryStrategyV2 {
  const token = (count: number): StandardRetryToken => ({
    getRetryCount: () => count,
    getRetryDelay: () => 0,
    getRetryCost: () => undefined,
  });
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (last: RetryToken, { errorType }: RetryErrorInfo) => {
      const count = last.getRetryCount() + 1;
      if (errorType === 'CLIENT_ERROR' || count >= attempts()) {
        throw new Error('No retry token available');
      }
      await sleep((errorType === 'THROTTLING' ? 500 : 100) * 2 ** count);
      return token(count);
    },
    recordSuccess: () => undefined,
  };
}
