package store

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpenCreatesAFile(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "tally.db"))
	require.NoError(t, err)
	require.NoError(t, s.Close())
}
