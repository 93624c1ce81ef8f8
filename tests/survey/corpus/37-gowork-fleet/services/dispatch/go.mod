module fleet.example/services/dispatch

go 1.22

require (
	fleet.example/libs/telemetry v0.0.0
	github.com/labstack/echo/v4 v4.12.0
	github.com/segmentio/kafka-go v0.4.47
	gorm.io/driver/postgres v1.5.7
	gorm.io/gorm v1.25.10
)

replace fleet.example/libs/telemetry => ../../libs/telemetry
