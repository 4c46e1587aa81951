import assert from 'node:assert';
import { test } from 'node:test';

test('nobody orders without a signature', async () => {
  const { status } = await fetch(process.env.ORDERS_URL, { method: 'POST', body: '{}' });
  assert.equal(status, 403);
});
