defmodule Auction.Bidding do
  @moduledoc "Bids and the rules for them."
  alias Auction.{Bid, Repo}

  def place(lot, attrs) do
    with {:ok, amount} <- parse(attrs["amount"]),
         :ok <- above_current(lot, amount) do
      Repo.insert(%Bid{lot_id: lot.id, amount: amount})
    else
      {:error, reason} -> {:error, reason}
    end
  end

  defp parse(text) do
    case Integer.parse(to_string(text)) do
      {n, ""} when n > 0 -> {:ok, n}
      _ -> {:error, :bad_amount}
    end
  end

  defp above_current(%{current: current}, amount) when amount > current, do: :ok
  defp above_current(_, _), do: {:error, :too_low}
end
