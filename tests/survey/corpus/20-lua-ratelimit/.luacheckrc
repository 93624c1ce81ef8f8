std = "ngx_lua+busted"
max_line_length = 110
exclude_files = { "lua_modules" }
