require "simplecov"
SimpleCov.start "rails" do
  minimum_coverage 90
end

require_relative "../config/environment"
require "rspec/rails"
