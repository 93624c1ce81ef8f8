require "minitest/autorun"
require "numerus"

class TestConverter < Minitest::Test
  def test_four
    assert_equal "IV", Numerus.roman(4)
  end

  def test_zero_is_refused
    assert_raises(Numerus::RangeError) { Numerus.roman(0) }
  end
end
