package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/brightloop/ledger/internal/ledger"
)

type Store struct{ pool *pgxpool.Pool }

func New(p *pgxpool.Pool) *Store { return &Store{pool: p} }

func (s *Store) Accounts(ctx context.Context) ([]ledger.Account, error) {
	rows, err := s.pool.Query(ctx, `SELECT id, name, currency, balance FROM account ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[ledger.Account])
}

func (s *Store) Account(ctx context.Context, id uuid.UUID) (ledger.Account, error) {
	var a ledger.Account
	err := s.pool.QueryRow(ctx, `SELECT id, name, currency, balance FROM account WHERE id = $1`, id).
		Scan(&a.ID, &a.Name, &a.Currency, &a.Balance)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, ledger.ErrNotFound
	}
	return a, err
}

func (s *Store) Insert(ctx context.Context, a ledger.Account) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO account (id, name, currency) VALUES ($1, $2, $3)`, a.ID, a.Name, a.Currency)
	return err
}

func (s *Store) Move(ctx context.Context, p ledger.Posting) error {
	tag, err := s.pool.Exec(ctx, `SELECT move_money($1, $2, $3, $4)`, p.From, p.To, p.Amount, p.Memo)
	if err == nil && tag.RowsAffected() == 0 {
		return ledger.ErrInsufficientFunds
	}
	return err
}
