defmodule Auction.Repo.Migrations.CreateBids do
  use Ecto.Migration

  def change do
    create table(:bids) do
      add :lot_id, references(:lots), null: false
      add :amount, :integer, null: false
      timestamps()
    end
  end
end
