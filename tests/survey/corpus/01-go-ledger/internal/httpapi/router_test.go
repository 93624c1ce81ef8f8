package httpapi

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/brightloop/ledger/internal/ledger"
)

func TestHealthz(t *testing.T) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	srv := httptest.NewServer(NewRouter(ledger.NewService(nil), log, "v1"))
	defer srv.Close()
	res, err := http.Get(srv.URL + "/healthz")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	// the router of the old service answered here; it must stay gone
	res, err = http.Get(srv.URL + "/v0/accounts")
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, res.StatusCode)
}
