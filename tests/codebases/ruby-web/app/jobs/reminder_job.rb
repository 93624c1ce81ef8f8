class ReminderJob < ActiveJob::Base
  queue_as :default
  retry_on Net::OpenTimeout, wait: 5.minutes, attempts: 3

  def perform(appointment_id)
    appointment = Appointment.find_by(id: appointment_id)
    return if appointment.nil? || appointment.patient.email.blank?

    Rails.logger.info("reminder appointment=#{appointment_id}")
  end
end
