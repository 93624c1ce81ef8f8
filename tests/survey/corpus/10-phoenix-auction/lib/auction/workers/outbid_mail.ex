defmodule Auction.Workers.OutbidMail do
  use Oban.Worker, queue: :mail, max_attempts: 5

  @impl Oban.Worker
  def perform(%Oban.Job{args: %{"bid_id" => id}}) do
    Auction.Mailer.outbid(id)
  end
end
