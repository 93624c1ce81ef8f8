// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "meshkit/mesh.hpp"

namespace meshkit {

Mesh simplify(const Mesh& mesh, double ratio);

}  // namespace meshkit
