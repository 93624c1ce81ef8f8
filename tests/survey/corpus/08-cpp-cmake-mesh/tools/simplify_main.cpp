// SPDX-License-Identifier: BSL-1.0
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "meshkit/error.hpp"
#include "meshkit/simplify.hpp"

int main(int argc, char** argv) {
    if (argc != 3) {
        spdlog::error("usage: meshkit-simplify FILE RATIO");
        return EXIT_FAILURE;
    }
    try {
        meshkit::simplify({}, std::atof(argv[2]));
    } catch (const meshkit::MeshError& e) {
        spdlog::error("{}: {}", argv[1], e.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
