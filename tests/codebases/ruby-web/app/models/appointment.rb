class Appointment < ApplicationRecord
  belongs_to :patient

  validates :starts_at, presence: true
  validates :minutes, inclusion: { in: 10..120 }
  validate :no_overlap

  scope :upcoming, -> { where(starts_at: Time.current..).order(:starts_at) }

  def ends_at
    starts_at + minutes.minutes
  end

  private

  def no_overlap
    return if starts_at.nil? || minutes.nil?

    day = Appointment.where.not(id: id).where(starts_at: starts_at.all_day)
    errors.add(:starts_at, "is taken") if day.any? { |other| other.starts_at < ends_at && starts_at < other.ends_at }
  end
end
