class AppointmentsController < ApplicationController
  def index
    @appointments = Appointment.upcoming.includes(:patient)
    respond_to do |format|
      format.html
      format.json { render json: @appointments }
    end
  end

  def show
    render json: Appointment.find(params[:id])
  end

  def create
    appointment = Appointment.new(appointment_params)
    if appointment.save
      ReminderJob.set(wait_until: ReminderSchedule.new(appointment).time).perform_later(appointment.id)
      render json: appointment, status: :created
    else
      render json: { errors: appointment.errors.full_messages }, status: :unprocessable_entity
    end
  end

  def destroy
    Appointment.find(params[:id]).destroy!
    head :no_content
  end

  private

  def appointment_params
    params.require(:appointment).permit(:patient_id, :starts_at, :minutes)
  end
end
