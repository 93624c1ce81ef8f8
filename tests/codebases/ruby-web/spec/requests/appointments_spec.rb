require "rails_helper"

RSpec.describe "Appointments" do
  it "answers 404 for an unknown one" do
    get "/appointments/999", headers: { "Accept" => "application/json" }
    expect(response).to have_http_status(:not_found)
  end
end
