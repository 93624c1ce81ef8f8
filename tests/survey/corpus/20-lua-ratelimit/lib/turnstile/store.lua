local redis = require("resty.redis")

local M = {}

local function connect()
  local r = redis:new()
  local ok, err = r:connect("127.0.0.1", 6379)
  if not ok then
    return nil, "redis: " .. err
  end
  return r
end

function M.load(key)
  local r, err = connect()
  if not r then
    return nil, err
  end
  local h = r:hmget(key, "level", "at")
  return { level = tonumber(h[1]) or 1, at = tonumber(h[2]) or 0 }
end

function M.save(key, state)
  local r, err = connect()
  if not r then
    return nil, err
  end
  return r:hmset(key, state)
end

return M
