local bucket = require("turnstile.bucket")
local store = require("turnstile.store")

local M = { _VERSION = "0.4.0" }

--- Answers true, or nil and the seconds to wait.
function M.allow(key, limit)
  local state, err = store.load(key)
  if not state then
    ngx.log(ngx.ERR, "turnstile: ", err)
    return true
  end
  local ok, wait = bucket.take(state, limit, ngx.now())
  if not ok then
    return nil, wait
  end
  return store.save(key, state)
end

return M
