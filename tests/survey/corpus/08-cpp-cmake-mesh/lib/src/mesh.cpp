// SPDX-License-Identifier: BSL-1.0
#include "meshkit/mesh.hpp"

#include <fmt/format.h>

#include "meshkit/error.hpp"

namespace meshkit {

void Mesh::check() const {
    for (const auto& face : faces)
        for (auto i : face)
            if (i >= points.size()) throw IndexError(fmt::format("face refers to point {} of {}", i, points.size()));
}

}  // namespace meshkit
