#include "ping.h"

#include <charconv>

std::optional<Ping> parse_ping(std::string_view line) {
    Ping p{};
    auto [end, ec] = std::from_chars(line.data(), line.data() + line.size(), p.depth_mm);
    if (ec != std::errc{} || end == line.data() + line.size()) return std::nullopt;
    return p;
}
