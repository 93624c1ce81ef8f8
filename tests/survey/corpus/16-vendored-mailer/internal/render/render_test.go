package render

import (
	"errors"
	"io"
	"testing"
)

func TestSyntaxError(t *testing.T) {
	var bad *SyntaxError
	if err := File(io.Discard, "testdata/broken.tmpl"); !errors.As(err, &bad) {
		t.Fatalf("got %v", err)
	}
}
