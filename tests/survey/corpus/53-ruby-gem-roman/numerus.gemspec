require_relative "lib/numerus/version"

Gem::Specification.new do |spec|
  spec.name = "numerus"
  spec.version = Numerus::VERSION
  spec.summary = "Roman numerals, both ways"
  spec.license = "MIT"
  spec.required_ruby_version = ">= 3.0"
  spec.files = Dir["lib/**/*.rb", "exe/*"]
  spec.bindir = "exe"
  spec.executables = ["numerus"]
  spec.add_dependency "thor", "~> 1.3"
  spec.add_development_dependency "minitest", "~> 5.22"
end
