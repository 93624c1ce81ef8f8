module Numerus
  Error = Class.new(StandardError)

  class RangeError < Error
    def initialize(number)
      super("#{number} is not between 1 and 3999")
    end
  end
end
