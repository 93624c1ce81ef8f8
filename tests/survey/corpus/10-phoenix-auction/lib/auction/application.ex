defmodule Auction.Application do
  use Application

  @impl true
  def start(_type, _args) do
    children = [Auction.Repo, {Oban, Application.fetch_env!(:auction, Oban)}, AuctionWeb.Endpoint]
    Supervisor.start_link(children, strategy: :one_for_one, name: Auction.Supervisor)
  end
end
