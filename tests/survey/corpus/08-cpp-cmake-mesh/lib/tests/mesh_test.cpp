#include <gtest/gtest.h>

#include "meshkit/error.hpp"
#include "meshkit/mesh.hpp"

TEST(Mesh, RefusesAnIndexOutOfRange) {
    meshkit::Mesh m;
    m.points.resize(3);
    m.faces.push_back({0, 1, 3});
    EXPECT_THROW(m.check(), meshkit::IndexError);
}
