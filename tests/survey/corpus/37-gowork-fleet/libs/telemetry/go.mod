module fleet.example/libs/telemetry

go 1.22

require go.opentelemetry.io/otel v1.26.0
