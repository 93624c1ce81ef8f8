-- wrk: POST /plans with a ticket of 2 KB and a key of its own for each request: keys that grow, as time-sortable ids
-- do, or random ones (KEYS=random). TOKEN in the environment; SEED too where several run at once, lest their keys be the same.
local text = string.rep("The service must limit requests per client and answer 429 with Retry-After. ", 26)
wrk.method = "POST"
wrk.body = '{"ticket":{"title":"Add rate limiting to the public API","body":"' .. text .. '","labels":["api"]}}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
math.randomseed(os.getenv("SEED") or os.time())
local run, n, random = math.random(1, 2 ^ 40), 0, os.getenv("KEYS") == "random"
request = function()
    n = n + 1
    wrk.headers["Idempotency-Key"] = random and math.random(2 ^ 52) .. "-" .. n or string.format("%d-%09d", run, n)
    return wrk.format()
end
