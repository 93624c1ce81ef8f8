require "rails_helper"

RSpec.describe Loan do
  it "is renewed by two weeks" do
    loan = create(:loan, due_on: Date.new(2024, 3, 1))
    expect { loan.renew! }.to change(loan, :due_on).to(Date.new(2024, 3, 15))
  end
end
