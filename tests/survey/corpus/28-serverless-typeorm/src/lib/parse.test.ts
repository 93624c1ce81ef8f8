import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReceipt } from './parse.js';
import { HttpProblem } from './problem.js';

test('a total needs cents', () => {
  assert.throws(() => parseReceipt({ total: '5' }), HttpProblem);
});
