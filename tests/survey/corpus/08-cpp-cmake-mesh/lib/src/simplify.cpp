// SPDX-License-Identifier: BSL-1.0
#include "meshkit/simplify.hpp"

#include "meshkit/error.hpp"

namespace meshkit {

Mesh simplify(const Mesh& mesh, double ratio) {
    if (ratio <= 0 || ratio > 1) throw MeshError("ratio must be in (0, 1]");
    mesh.check();
    Mesh out = mesh;
    out.faces.resize(static_cast<std::size_t>(static_cast<double>(mesh.faces.size()) * ratio));
    return out;
}

}  // namespace meshkit
