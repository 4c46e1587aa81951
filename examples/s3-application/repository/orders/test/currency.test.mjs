import assert from 'node:assert/strict';
import test from 'node:test';
import { euros } from '../src/currency.mjs';

test('two digits after the point', () => {
  assert.equal(euros(1250), '12.50 EUR');
});
