// Package ledger holds the rules of double entry; it knows neither HTTP nor SQL.
package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

var (
	ErrNotFound          = errors.New("ledger: no such account")
	ErrInsufficientFunds = errors.New("ledger: insufficient funds")
	ErrUnbalanced        = errors.New("ledger: legs do not sum to zero")
)

type Account struct {
	ID       uuid.UUID `json:"id"`
	Name     string    `json:"name"`
	Currency string    `json:"currency"`
	Balance  int64     `json:"balance"`
}

type Posting struct {
	From, To uuid.UUID
	Amount   int64
	Memo     string
}

// Store is what the service needs of a database.
type Store interface {
	Accounts(ctx context.Context) ([]Account, error)
	Account(ctx context.Context, id uuid.UUID) (Account, error)
	Insert(ctx context.Context, a Account) error
	Move(ctx context.Context, p Posting) error
}

type Service struct{ store Store }

func NewService(s Store) *Service { return &Service{store: s} }

func (s *Service) Accounts(ctx context.Context) ([]Account, error) { return s.store.Accounts(ctx) }

func (s *Service) Account(ctx context.Context, id uuid.UUID) (Account, error) {
	a, err := s.store.Account(ctx, id)
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", id, err)
	}
	return a, nil
}

func (s *Service) Open(ctx context.Context, a Account) error { return s.store.Insert(ctx, a) }

func (s *Service) Post(ctx context.Context, p Posting) error {
	if p.Amount <= 0 || p.From == p.To {
		return ErrUnbalanced
	}
	if err := s.store.Move(ctx, p); err != nil {
		return fmt.Errorf("post %d from %s: %w", p.Amount, p.From, err)
	}
	return nil
}
