package main

import (
	"context"

	"github.com/labstack/echo/v4"

	"fleet.example/libs/telemetry"
)

func main() {
	log := telemetry.Logger("dispatch")
	e := echo.New()
	e.HTTPErrorHandler = problems(log)
	orders := e.Group("/orders")
	orders.GET("", list)
	orders.POST("", create)
	orders.PATCH("/:id/vehicle", assign)
	go consume(context.Background(), log)
	e.Logger.Fatal(e.Start(":8080"))
}
