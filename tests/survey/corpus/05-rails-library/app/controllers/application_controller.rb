class ApplicationController < ActionController::Base
  rescue_from ActiveRecord::RecordNotFound do
    render json: { error: "not_found" }, status: :not_found
  end

  rescue_from Loans::LimitReached do |error|
    Rails.logger.info("loan refused: #{error.message}")
    render json: { error: "limit_reached" }, status: :unprocessable_entity
  end
end
