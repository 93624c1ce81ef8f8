defmodule AuctionWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :auction

  socket "/live", Phoenix.LiveView.Socket
  plug Plug.RequestId
  plug AuctionWeb.Router
end
