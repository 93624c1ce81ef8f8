package store

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

func TestIntegrationAccounts(t *testing.T) {
	url := os.Getenv("LEDGER_TEST_DB")
	if url == "" {
		t.Skip("LEDGER_TEST_DB is not set")
	}
	pool, err := pgxpool.New(context.Background(), url)
	require.NoError(t, err)
	_, err = New(pool).Accounts(context.Background())
	require.NoError(t, err)
}
