module Numerus
  VALUES = {1000 => "M", 900 => "CM", 500 => "D", 400 => "CD", 100 => "C", 90 => "XC", 50 => "L", 40 => "XL", 10 => "X", 9 => "IX", 5 => "V", 4 => "IV", 1 => "I"}.freeze

  def self.roman(number)
    raise RangeError.new(number) unless (1..3999).cover?(number)

    VALUES.reduce(+"") do |text, (value, letters)|
      times, number = number.divmod(value)
      text << letters * times
    end
  end
end
