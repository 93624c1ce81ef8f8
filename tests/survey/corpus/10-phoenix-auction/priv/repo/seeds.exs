Auction.Repo.insert!(%Auction.Lot{title: "A lamp", current: 10})
