ExUnit.start()
Ecto.Adapters.SQL.Sandbox.mode(Auction.Repo, :manual)
