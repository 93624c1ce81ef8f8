#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>

extern "C" std::uint16_t crc16(const std::uint8_t*, std::size_t);

TEST_CASE("the crc of nothing") {
    REQUIRE(crc16(nullptr, 0) == 0xffff);
}
