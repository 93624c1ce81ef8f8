package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/tally/internal/store"
)

func TestTextSumsByProject(t *testing.T) {
	start := time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC)
	text := Text([]store.Entry{
		{Project: "api", Started: start, Stopped: start.Add(time.Hour)},
		{Project: "api", Started: start, Stopped: start.Add(time.Hour)},
	})
	require.Contains(t, text, "2h0m0s")
}
