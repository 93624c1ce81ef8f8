import * as assert from 'node:assert';

suite('extension', () => {
  test('it is there', () => assert.ok(true));
});
