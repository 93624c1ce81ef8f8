namespace :loans do
  desc "Remind everyone whose loan is overdue"
  task remind: :environment do
    Loan.overdue.find_each { |loan| OverdueReminderJob.perform_later(loan.id) }
  end

  desc "Close the books of a month, e.g. rake loans:close[2024-03]"
  task :close, [:month] => :environment do |_t, args|
    MonthlyClose.new(args.fetch(:month)).run
  end
end
