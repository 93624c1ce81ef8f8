defmodule AuctionWeb.BidController do
  use AuctionWeb, :controller

  action_fallback AuctionWeb.FallbackController

  def create(conn, %{"lot_id" => id} = params) do
    with {:ok, bid} <- Auction.Bidding.place(Auction.Lots.get!(id), params) do
      conn |> put_status(:created) |> json(%{id: bid.id})
    end
  end
end
