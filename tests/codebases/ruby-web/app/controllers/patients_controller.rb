class PatientsController < ApplicationController
  def index
    render json: Patient.order(:name)
  end

  def show
    render json: Patient.find(params[:id])
  end
end
