require "rails_helper"

RSpec.describe Appointment do
  let(:patient) { Patient.create!(name: "Mira Holt") }
  let(:nine) { Time.zone.local(2026, 3, 2, 9, 0) }

  it "refuses an overlap" do
    described_class.create!(patient: patient, starts_at: nine, minutes: 30)
    other = described_class.new(patient: patient, starts_at: nine + 10.minutes, minutes: 20)
    expect(other).not_to be_valid
  end

  it "ends after its minutes" do
    expect(described_class.new(starts_at: nine, minutes: 20).ends_at).to eq(nine + 20.minutes)
  end
end
