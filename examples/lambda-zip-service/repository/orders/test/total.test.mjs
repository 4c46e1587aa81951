import assert from 'node:assert/strict';
import test from 'node:test';
import { total } from '../src/total.mjs';

test('counts each item as often as it is ordered', () => {
  assert.equal(total([{ cents: 250, count: 2 }, { cents: 99 }]), 599);
});
