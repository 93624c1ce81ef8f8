local M = {}

function M.take(state, limit, now)
  if type(limit) ~= "table" then
    error("limit must be a table", 2)
  end
  local level = math.min(limit.burst, state.level + (now - state.at) * limit.rate)
  if level < 1 then
    return nil, (1 - level) / limit.rate
  end
  state.level, state.at = level - 1, now
  return true
end

return M
