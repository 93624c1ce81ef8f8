# When the reminder of an appointment goes out: 18:00 on the day before.
class ReminderSchedule
  HOUR = 18

  def initialize(appointment)
    @appointment = appointment
  end

  def time
    @appointment.starts_at.yesterday.change(hour: HOUR)
  end
end
