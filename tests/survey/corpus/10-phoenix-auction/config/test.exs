import Config

config :auction, Auction.Repo, pool: Ecto.Adapters.SQL.Sandbox
