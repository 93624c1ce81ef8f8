#include "router/graph.h"

#include <queue>

#include "absl/strings/str_cat.h"

namespace routing {

absl::Status Graph::AddEdge(int from, int to, double metres) {
  if (from < 0 || from >= static_cast<int>(edges_.size())) {
    return absl::InvalidArgumentError(absl::StrCat("no node ", from));
  }
  edges_[from].push_back({to, metres});
  return absl::OkStatus();
}

absl::StatusOr<double> Graph::Distance(int from, int to) const {
  std::vector<double> best(edges_.size(), -1);
  std::priority_queue<std::pair<double, int>> open;
  open.push({0, from});
  while (!open.empty()) {
    auto [d, n] = open.top();
    open.pop();
    if (n == to) return -d;
    if (best[n] >= 0) continue;
    best[n] = -d;
    for (const Edge& e : edges_[n]) open.push({d - e.metres, e.to});
  }
  return absl::NotFoundError("no way");
}

}  // namespace routing
