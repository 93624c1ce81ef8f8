Rails.application.configure do
  config.force_ssl = true
  config.lograge.enabled = true
end
