import { euros } from './currency.mjs';

export const handler = async ({ cents = 0 }) => ({ statusCode: 200, body: euros(cents) });
