#include <cstdio>

#include "router/graph.h"

int main() {
  routing::Graph g(2);
  auto d = g.Distance(0, 1);
  if (!d.ok()) {
    std::fprintf(stderr, "%s\n", d.status().ToString().c_str());
    return 1;
  }
  std::printf("%.1f\n", *d);
}
