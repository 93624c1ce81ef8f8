#include "router/graph.h"

#include "gtest/gtest.h"

namespace routing {
namespace {

TEST(GraphTest, NoWay) {
  Graph g(2);
  EXPECT_EQ(g.Distance(0, 1).status().code(), absl::StatusCode::kNotFound);
}

TEST(GraphTest, TwoHops) {
  Graph g(3);
  ASSERT_TRUE(g.AddEdge(0, 1, 5).ok());
  ASSERT_TRUE(g.AddEdge(1, 2, 6).ok());
  EXPECT_DOUBLE_EQ(*g.Distance(0, 2), 11);
}

}  // namespace
}  // namespace routing
