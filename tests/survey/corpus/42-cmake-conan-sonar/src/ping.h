#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

struct Ping {
    std::uint32_t depth_mm;
    std::uint16_t strength;
};

std::optional<Ping> parse_ping(std::string_view line);
