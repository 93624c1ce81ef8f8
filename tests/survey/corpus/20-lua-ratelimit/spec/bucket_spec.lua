local bucket = require("turnstile.bucket")

describe("bucket", function()
  it("lets the first one pass", function()
    assert.is_true(bucket.take({ level = 1, at = 0 }, { burst = 1, rate = 1 }, 0))
  end)

  it("makes the second one wait", function()
    local ok, wait = bucket.take({ level = 0, at = 0 }, { burst = 1, rate = 2 }, 0)
    assert.is_nil(ok)
    assert.are.equal(0.5, wait)
  end)
end)
