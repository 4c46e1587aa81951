import { total } from './total.mjs';

export const handler = async ({ items = [] }) => ({ statusCode: 200, body: JSON.stringify({ total: total(items) }) });
