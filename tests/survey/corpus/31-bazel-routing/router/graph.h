#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace routing {

struct Edge {
  int to;
  double metres;
};

class Graph {
 public:
  explicit Graph(int nodes) : edges_(nodes) {}
  absl::Status AddEdge(int from, int to, double metres);
  absl::StatusOr<double> Distance(int from, int to) const;

 private:
  std::vector<std::vector<Edge>> edges_;
};

}  // namespace routing
