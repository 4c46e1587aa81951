/**
 * A wish to deploy by hand, without building, what was built before: a whole release, or one component's build in place of the one
 * that is live.
 */
export type Promotion =
  | { readonly environment: string; readonly release: number }
  | { readonly environment: string; readonly component: string; readonly build: number };

/** How an execution says that it promotes nothing: it deploys its commit. */
export const NO_PROMOTION = 'none';

/** A promotion that can't be, and why. */
export class PromotionError extends Error {
  public readonly name = 'PromotionError';
}

/** As people write it, such as for a variable of the pipeline: `prod=12`, or `prod/Training-Lambda-Function=7`. */
export function formatPromotion(promotion: Promotion): string {
  return 'release' in promotion
    ? `${promotion.environment}=${promotion.release}`
    : `${promotion.environment}/${promotion.component}=${promotion.build}`;
}

/**
 * Reads what `formatPromotion` writes; nothing where the text is `none`.
 * @throws PromotionError where it is something else
 */
export function parsePromotion(text: string): Promotion | undefined {
  if (text === NO_PROMOTION) {
    return undefined;
  }
  // No environment's name has a slash; a component's may.
  const [, environment, component, digits] = /^([^/=]+)(?:\/([^=]+))?=([1-9][0-9]{0,8})$/.exec(text) ?? [];
  if (environment === undefined) {
    throw new PromotionError(`${JSON.stringify(text)} is no promotion: write ENVIRONMENT=RELEASE, ENVIRONMENT/COMPONENT=BUILD, or ${NO_PROMOTION}.`);
  }
  const number = Number(digits);
  return component === undefined ? { environment, release: number } : { environment, component, build: number };
}
