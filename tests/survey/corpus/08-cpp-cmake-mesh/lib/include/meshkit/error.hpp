// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <stdexcept>

namespace meshkit {

class MeshError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class IndexError : public MeshError {
public:
    using MeshError::MeshError;
};

}  // namespace meshkit
