defmodule Auction.Bid do
  use Ecto.Schema

  schema "bids" do
    field :amount, :integer
    field :lot_id, :integer
    timestamps()
  end
end
