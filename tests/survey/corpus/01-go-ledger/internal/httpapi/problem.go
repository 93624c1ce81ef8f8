package httpapi

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/brightloop/ledger/internal/ledger"
)

// problem is the body of every error answer (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problem{Type: "about:blank", Title: "internal error", Status: http.StatusInternalServerError}
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		p.Title, p.Status = "not found", http.StatusNotFound
	case errors.Is(err, ledger.ErrInsufficientFunds):
		p.Title, p.Status, p.Detail = "insufficient funds", http.StatusConflict, err.Error()
	default:
		h.log.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "err", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// recoverer turns a panic of a handler into a 500 and a line of log.
func recoverer(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if v := recover(); v != nil {
					log.Error("panic", "value", v, "stack", string(debug.Stack()))
					w.WriteHeader(http.StatusInternalServerError)
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
}
