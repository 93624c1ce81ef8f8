require "rails/all"

module ClinicDesk
  class Application < Rails::Application
    config.load_defaults 7.1
    config.time_zone = "Europe/Vienna"
    config.active_job.queue_adapter = :sidekiq
  end
end
