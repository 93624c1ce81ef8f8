defmodule Auction.DataCase do
  use ExUnit.CaseTemplate

  setup _tags do
    :ok = Ecto.Adapters.SQL.Sandbox.checkout(Auction.Repo)
  end
end
