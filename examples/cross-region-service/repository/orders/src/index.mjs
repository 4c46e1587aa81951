import { total } from './total.mjs';

/** Answers an order with its total. */
export async function handler(event) {
  const { lines = [] } = JSON.parse(event.body ?? '{}');
  return { statusCode: 200, body: JSON.stringify({ environment: process.env.ENVIRONMENT, total: total(lines) }) };
}
