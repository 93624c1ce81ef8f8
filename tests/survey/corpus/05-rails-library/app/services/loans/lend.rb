module Loans
  class LimitReached < StandardError; end

  class Lend
    MAX = 8

    def self.call(book:, card:)
      raise LimitReached, "card #{card} has #{MAX} loans" if Loan.where(card: card, returned_at: nil).count >= MAX

      Loan.create!(book: book, card: card, due_on: 28.days.from_now)
    end
  end
end
