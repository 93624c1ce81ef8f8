describe("redis #slow", function()
  pending("needs a server")
end)
