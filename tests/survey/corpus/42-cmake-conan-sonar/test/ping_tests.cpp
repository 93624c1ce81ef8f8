#include <catch2/catch_test_macros.hpp>

#include "../src/ping.h"

TEST_CASE("words are no depth", "[ping]") {
    REQUIRE_FALSE(parse_ping("deep"));
}

TEST_CASE("a depth needs a strength", "[ping]") {
    REQUIRE_FALSE(parse_ping("1200"));
}
