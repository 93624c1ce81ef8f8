rockspec_format = "3.0"
package = "lua-turnstile"
version = "dev-1"
source = { url = "git+https://git.gatehouse.example/lua-turnstile.git" }
description = {
   summary = "Rate limits for OpenResty",
   license = "MIT",
}
dependencies = {
   "lua >= 5.1",
   "lua-resty-redis >= 0.29",
   "penlight ~> 1.13",
}
test_dependencies = {
   "busted >= 2.2",
   "luacov",
}
build = {
   type = "builtin",
   modules = {
      ["turnstile"] = "lib/turnstile/init.lua",
      ["turnstile.bucket"] = "lib/turnstile/bucket.lua",
      ["turnstile.store"] = "lib/turnstile/store.lua",
   },
}
test = { type = "busted" }
