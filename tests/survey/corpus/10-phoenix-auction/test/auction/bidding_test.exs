defmodule Auction.BiddingTest do
  use ExUnit.Case, async: true

  test "a low bid is refused" do
    assert {:error, :too_low} = Auction.Bidding.place(%{id: 1, current: 10}, %{"amount" => "9"})
  end
end
