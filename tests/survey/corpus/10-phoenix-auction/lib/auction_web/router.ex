defmodule AuctionWeb.Router do
  use AuctionWeb, :router

  pipeline :browser do
    plug :accepts, ["html"]
  end

  pipeline :api do
    plug :accepts, ["json"]
  end

  scope "/", AuctionWeb do
    pipe_through :browser

    get "/", PageController, :home
    live "/lots/:id", LotLive
  end

  scope "/api", AuctionWeb do
    pipe_through :api

    resources "/lots", LotController, only: [:index, :show]
    post "/lots/:lot_id/bids", BidController, :create
  end
end
