require "rails_helper"

RSpec.describe "Loans" do
  it "refuses the ninth" do
    create_list(:loan, 8, card: "A1")
    post api_loans_path, params: { book_id: create(:book).id, card: "A1" }
    expect(response).to have_http_status(:unprocessable_entity)
  end
end
