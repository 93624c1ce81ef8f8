import Config

if config_env() == :prod do
  config :auction, Auction.Repo, url: System.fetch_env!("DATABASE_URL")
end
