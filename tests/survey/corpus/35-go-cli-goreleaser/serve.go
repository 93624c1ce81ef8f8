package main

import (
	"net/http"

	"go.uber.org/zap"
)

func serve(log *zap.Logger) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /books", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("POST /books/{isbn}/loans", func(w http.ResponseWriter, r *http.Request) {
		log.Info("loan", zap.String("isbn", r.PathValue("isbn")))
		w.WriteHeader(http.StatusCreated)
	})
	return http.ListenAndServe("127.0.0.1:8042", mux)
}
