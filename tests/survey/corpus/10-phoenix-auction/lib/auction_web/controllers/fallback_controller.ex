defmodule AuctionWeb.FallbackController do
  use AuctionWeb, :controller
  require Logger

  def call(conn, {:error, reason}) do
    Logger.info("refused", reason: reason)
    conn |> put_status(:unprocessable_entity) |> json(%{error: reason})
  end
end
