// Command ledgerd serves the ledger over HTTP.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/brightloop/ledger/internal/httpapi"
	"github.com/brightloop/ledger/internal/ledger"
	"github.com/brightloop/ledger/internal/store"
)

var version = "dev"

func main() {
	addr := flag.String("addr", ":8080", "address to listen on")
	flag.Parse()
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := run(*addr, log); err != nil {
		log.Error("ledgerd stopped", "err", err)
		os.Exit(1)
	}
}

func run(addr string, log *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	pool, err := pgxpool.New(ctx, os.Getenv("LEDGER_DB"))
	if err != nil {
		return err
	}
	defer pool.Close()
	svc := ledger.NewService(store.New(pool))
	srv := &http.Server{Addr: addr, Handler: httpapi.NewRouter(svc, log, version), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		shutdown, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = srv.Shutdown(shutdown)
	}()
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
