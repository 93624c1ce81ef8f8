require_relative "production"

Rails.application.configure do
  config.log_level = :debug
end
