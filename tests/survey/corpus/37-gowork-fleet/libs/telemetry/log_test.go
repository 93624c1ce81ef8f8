package telemetry

import "testing"

func TestLogger(t *testing.T) {
	if Logger("x") == nil {
		t.Fatal("no logger")
	}
}
