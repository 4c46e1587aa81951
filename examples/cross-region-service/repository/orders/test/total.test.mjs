import assert from 'node:assert';
import { test } from 'node:test';
import { total } from '../src/total.mjs';

test('the total is the sum of the lines', () => {
  assert.equal(total([{ price: 2, quantity: 3 }, { price: 5, quantity: 1 }]), 11);
});
