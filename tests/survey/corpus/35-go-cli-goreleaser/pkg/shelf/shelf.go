// Package shelf keeps books.
package shelf

import (
	"fmt"
	"regexp"
)

var isbn = regexp.MustCompile(`^\d{13}$`)

// DuplicateError is returned for a book that is on the shelf.
type DuplicateError struct{ ISBN string }

func (e *DuplicateError) Error() string { return "duplicate " + e.ISBN }

// Add puts a book on the shelf.
func Add(number string) error {
	if !isbn.MatchString(number) {
		return fmt.Errorf("add %q: not an ISBN", number)
	}
	if err := insert(number); err != nil {
		return fmt.Errorf("add %s: %w", number, err)
	}
	return nil
}
