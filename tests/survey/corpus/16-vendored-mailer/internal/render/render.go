// Package render turns a mail template into text.
package render

import (
	"fmt"
	"io"
	"os"
	"text/template"
)

// SyntaxError says where a template is wrong.
type SyntaxError struct {
	Path string
	Err  error
}

func (e *SyntaxError) Error() string { return e.Path + ": " + e.Err.Error() }
func (e *SyntaxError) Unwrap() error { return e.Err }

func File(w io.Writer, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("render: %w", err)
	}
	t, err := template.New(path).Parse(string(text))
	if err != nil {
		return &SyntaxError{path, err}
	}
	return t.Execute(w, nil)
}
