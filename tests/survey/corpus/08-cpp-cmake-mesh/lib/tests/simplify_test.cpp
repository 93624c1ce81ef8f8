#include <gtest/gtest.h>

#include "meshkit/error.hpp"
#include "meshkit/simplify.hpp"

TEST(Simplify, RatioIsChecked) {
    EXPECT_THROW(meshkit::simplify({}, 0), meshkit::MeshError);
}

TEST(Simplify, DISABLED_KeepsTheBorder) {
    FAIL() << "not yet";
}
