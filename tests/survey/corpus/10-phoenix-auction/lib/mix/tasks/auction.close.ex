defmodule Mix.Tasks.Auction.Close do
  @shortdoc "Closes every lot whose time is over"
  use Mix.Task

  @impl Mix.Task
  def run(_args) do
    Mix.Task.run("app.start")
    Auction.Lots.close_expired()
  end
end
