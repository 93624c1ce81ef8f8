FactoryBot.define do
  factory :loan do
    book
    card { "A1" }
    due_on { 4.weeks.from_now }
  end
end
