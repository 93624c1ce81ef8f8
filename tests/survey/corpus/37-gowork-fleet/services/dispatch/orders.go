package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"
)

// ErrTaken says that the vehicle drives already.
var ErrTaken = errors.New("vehicle is taken")

func list(c echo.Context) error { return c.JSON(http.StatusOK, []string{}) }

func create(c echo.Context) error { return c.NoContent(http.StatusCreated) }

func assign(c echo.Context) error {
	return fmt.Errorf("order %s: %w", c.Param("id"), ErrTaken)
}

func problems(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		status := http.StatusInternalServerError
		if errors.Is(err, ErrTaken) {
			status = http.StatusConflict
		}
		log.Error("request failed", "err", err)
		_ = c.JSON(status, map[string]string{"error": err.Error()})
	}
}
