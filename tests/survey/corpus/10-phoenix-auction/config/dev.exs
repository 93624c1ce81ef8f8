import Config

config :auction, Auction.Repo, database: "auction_dev"
