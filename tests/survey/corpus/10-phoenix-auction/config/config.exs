import Config

config :auction, ecto_repos: [Auction.Repo]
config :auction, Oban, repo: Auction.Repo, queues: [mail: 5]

import_config "#{config_env()}.exs"
