package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"github.com/brightloop/ledger/internal/ledger"
)

func (h *handler) listAccounts(w http.ResponseWriter, r *http.Request) {
	list, err := h.svc.Accounts(r.Context())
	if err != nil {
		h.fail(w, r, err)
		return
	}
	_ = json.NewEncoder(w).Encode(list)
}

func (h *handler) openAccount(w http.ResponseWriter, r *http.Request) {
	var in ledger.Account
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&in); err != nil {
		h.fail(w, r, err)
		return
	}
	in.ID = uuid.New()
	if err := h.svc.Open(r.Context(), in); err != nil {
		h.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func (h *handler) getAccount(w http.ResponseWriter, r *http.Request) {
	id, err := uuid.Parse(chi.URLParam(r, "accountID"))
	if err != nil {
		h.fail(w, r, ledger.ErrNotFound)
		return
	}
	a, err := h.svc.Account(r.Context(), id)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	_ = json.NewEncoder(w).Encode(a)
}

func (h *handler) post(w http.ResponseWriter, r *http.Request) {
	var in ledger.Posting
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		h.fail(w, r, err)
		return
	}
	if err := h.svc.Post(r.Context(), in); err != nil {
		h.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusCreated)
}
