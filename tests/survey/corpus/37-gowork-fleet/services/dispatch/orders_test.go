package main

import (
	"errors"
	"fmt"
	"testing"
)

func TestWrapped(t *testing.T) {
	if !errors.Is(fmt.Errorf("x: %w", ErrTaken), ErrTaken) {
		t.Fatal("lost")
	}
}
