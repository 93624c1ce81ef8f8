package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/segmentio/kafka-go"
)

func consume(ctx context.Context, log *slog.Logger) {
	r := kafka.NewReader(kafka.ReaderConfig{Topic: "positions", GroupID: "dispatch"})
	for backoff := time.Second; ; backoff *= 2 {
		m, err := r.ReadMessage(ctx)
		if err != nil {
			log.Warn("retry", "in", backoff, "err", err)
			time.Sleep(backoff)
			continue
		}
		log.Info("position", "key", string(m.Key))
		backoff = time.Second
	}
}
