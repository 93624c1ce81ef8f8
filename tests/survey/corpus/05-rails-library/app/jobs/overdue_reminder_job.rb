class OverdueReminderJob < ApplicationJob
  queue_as :mail
  retry_on Net::OpenTimeout, wait: :exponentially_longer, attempts: 5

  def perform(loan_id)
    LoanMailer.overdue(Loan.find(loan_id)).deliver_now
  end
end
