# ruby script/table.rb: prints the table
require_relative "../lib/numerus"

(1..3999).each { |n| puts "#{n} #{Numerus.roman(n)}" }
