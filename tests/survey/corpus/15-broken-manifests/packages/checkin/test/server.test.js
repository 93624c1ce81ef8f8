const assert = require('assert');

describe('guest id', () => {
  it('is a string', () => assert.strictEqual(typeof '7', 'string'));
});
