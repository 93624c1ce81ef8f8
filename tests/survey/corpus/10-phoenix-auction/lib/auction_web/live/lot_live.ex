defmodule AuctionWeb.LotLive do
  use AuctionWeb, :live_view

  def mount(%{"id" => id}, _session, socket), do: {:ok, assign(socket, :lot, Auction.Lots.get!(id))}

  def render(assigns) do
    ~H"""
    <h1><%= @lot.title %></h1>
    """
  end
end
