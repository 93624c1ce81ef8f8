class Loan < ApplicationRecord
  belongs_to :book
  scope :overdue, -> { where(returned_at: nil).where(due_on: ...Date.current) }

  def renew!
    update!(due_on: due_on + 14.days)
  end

  def return!
    update!(returned_at: Time.current)
  end
end
