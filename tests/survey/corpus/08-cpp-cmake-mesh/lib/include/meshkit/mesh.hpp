// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <vector>

namespace meshkit {

struct Mesh {
    std::vector<Eigen::Vector3d> points;
    std::vector<std::array<std::uint32_t, 3>> faces;

    void check() const;
};

}  // namespace meshkit
