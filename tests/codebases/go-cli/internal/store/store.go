// Package store keeps entries in SQLite.
package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3"
)

// ErrRunning says that a project is already being counted.
var ErrRunning = errors.New("already running")

// Entry is one stretch of work.
type Entry struct {
	Project          string
	Started, Stopped time.Time
}

// Store is safe for one process.
type Store struct{ db *sql.DB }

// DefaultPath is where the database lives unless --db says otherwise.
func DefaultPath() string {
	return filepath.Join(os.Getenv("XDG_DATA_HOME"), "tally", "tally.db")
}

// Open opens and migrates the database.
func Open(path string) (*Store, error) {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return &Store{db: db}, nil
}

// Close closes it.
func (s *Store) Close() error { return s.db.Close() }

// Start begins an entry; ErrRunning when one is open.
func (s *Store) Start(project string, now time.Time) error {
	var open int
	if err := s.db.QueryRow("SELECT count(*) FROM entries WHERE stopped IS NULL").Scan(&open); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if open > 0 {
		return ErrRunning
	}
	_, err := s.db.Exec("INSERT INTO entries (project, started) VALUES (?, ?)", project, now)
	return err
}

// Since returns the entries that ended after a moment.
func (s *Store) Since(from time.Time) ([]Entry, error) {
	rows, err := s.db.Query("SELECT project, started, stopped FROM entries WHERE stopped > ?", from)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.Project, &e.Started, &e.Stopped); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}
