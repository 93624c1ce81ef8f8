package api

import (
	"net/http/httptest"
	"testing"
)

func TestUnknownMeter(t *testing.T) {
	w := httptest.NewRecorder()
	Engine().ServeHTTP(w, httptest.NewRequest("GET", "/v1/meters/7/readings", nil))
	if w.Code != 404 {
		t.Fatalf("status %d", w.Code)
	}
}
