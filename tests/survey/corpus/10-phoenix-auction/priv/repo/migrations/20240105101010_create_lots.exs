defmodule Auction.Repo.Migrations.CreateLots do
  use Ecto.Migration

  def change do
    create table(:lots) do
      add :title, :string, null: false
      add :current, :integer, null: false, default: 0
    end
  end
end
