import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A published price, and where and when it was read. */
export interface Price<T = number> {
  readonly dollars: T;
  readonly per: string;
  /** AWS's own page of the price. */
  readonly source: string;
  readonly date: string;
  /** A page of others that says the price, where AWS's own was not seen with the figure on it at that date. */
  readonly seenOn?: string;
}

type PriceName = 'actionMinute' | 'lambdaGigabyteSecond' | 'lambdaRequest' | 'stateTransition' | 'dynamoDbWrite' | 'dynamoDbRead' | 's3Write' | 's3Read'
  | 'logGigabyte' | 'metricMonth' | 'alarmMonth' | 'kmsRequest' | 'kmsKeyMonth';

export interface Prices extends Readonly<Record<PriceName, Price>> {
  /** By compute type. */
  readonly buildMinute: Price<Readonly<Record<string, number>>>;
}

/** A figure that AWS does not publish. */
export interface Assumption {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly why: string;
}

export type AssumptionName = 'provisioningSeconds' | 'actionSeconds' | 'continuationSeconds' | 'waitSeconds' | 'buildWaitSeconds' | 'changeSetSeconds' | 'transitionSeconds'
  | 'agentSeconds' | 'functionSeconds' | 'functionLogBytes' | 'buildLogBytes' | 'concurrentBuilds' | 'synthSeconds' | 'selfMutateSeconds' | 'assetSeconds';

export type Assumptions = Readonly<Record<AssumptionName, number>>;

function json<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, name), 'utf8')) as T;
}

export const PRICE_DATA = json<{ readonly region: string; readonly prices: Prices }>('prices.json');
export const ASSUMPTION_DATA = json<Readonly<Record<AssumptionName, Assumption>>>('assumptions.json');

/** The assumed figures, some of them replaced. */
export function assumptions(replaced: Partial<Assumptions> = {}): Assumptions {
  return { ...Object.fromEntries(Object.entries(ASSUMPTION_DATA).map(([name, { value }]) => [name, value])), ...replaced } as Assumptions;
}

/** Dollars of one build. @throws for a compute type that has no price in prices.json */
export function buildDollars(seconds: number, computeType: string): number {
  const { buildMinute: { dollars } } = PRICE_DATA.prices;
  if (!Object.hasOwn(dollars, computeType)) {
    throw new Error(`bench/cost/prices.json has no price for the compute type ${computeType}: add it, with its source and date.`);
  }
  return minutesBilled(seconds) * dollars[computeType]!;
}

/** Dollars of one action of a V2 pipeline. */
export function actionDollars(seconds: number): number {
  return minutesBilled(seconds) * PRICE_DATA.prices.actionMinute.dollars;
}

function minutesBilled(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60));
}
