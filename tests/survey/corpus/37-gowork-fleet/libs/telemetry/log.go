// Package telemetry sets up logs and traces in the same way for every service.
package telemetry

import (
	"log/slog"
	"os"
)

// Logger writes JSON with the name of the service.
func Logger(service string) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("service", service)
}
