// Package report turns entries into text.
package report

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"example.org/tally/internal/store"
)

// Text sums entries by project, longest first.
func Text(entries []store.Entry) string {
	sums := map[string]time.Duration{}
	for _, e := range entries {
		sums[e.Project] += e.Stopped.Sub(e.Started)
	}
	names := make([]string, 0, len(sums))
	for name := range sums {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return sums[names[i]] > sums[names[j]] })
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%-20s %s\n", name, sums[name].Round(time.Minute))
	}
	return b.String()
}
