require "thor"
require "numerus"

module Numerus
  class CLI < Thor
    desc "roman NUMBER", "prints a number in Roman"
    def roman(number)
      puts Numerus.roman(Integer(number))
    rescue Numerus::Error => e
      warn e.message
      exit 2
    end
  end
end
