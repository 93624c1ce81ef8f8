package ledger

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
)

func TestPostRefusesUnbalanced(t *testing.T) {
	s := NewService(nil)
	id := uuid.New()
	for name, p := range map[string]Posting{
		"zero": {From: id, To: uuid.New()},
		"self": {From: id, To: id, Amount: 5},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorIs(t, s.Post(context.Background(), p), ErrUnbalanced)
		})
	}
}
