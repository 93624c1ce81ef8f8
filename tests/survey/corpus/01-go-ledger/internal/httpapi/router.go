package httpapi

import (
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/brightloop/ledger/internal/ledger"
)

type handler struct {
	svc *ledger.Service
	log *slog.Logger
}

// NewRouter returns the whole HTTP surface of the service.
func NewRouter(svc *ledger.Service, log *slog.Logger, version string) http.Handler {
	h := &handler{svc: svc, log: log}
	r := chi.NewRouter()
	r.Use(middleware.RequestID, recoverer(log))
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(version)) })
	r.Handle("/metrics", promhttp.Handler())
	r.Route("/v1", func(r chi.Router) {
		r.Get("/accounts", h.listAccounts)
		r.Post("/accounts", h.openAccount)
		r.Get("/accounts/{accountID}", h.getAccount)
		r.Post("/accounts/{accountID}/postings", h.post)
	})
	return r
}
