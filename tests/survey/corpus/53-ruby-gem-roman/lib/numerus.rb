require_relative "numerus/version"
require_relative "numerus/errors"
require_relative "numerus/converter"
