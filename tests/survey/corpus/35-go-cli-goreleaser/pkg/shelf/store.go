package shelf

import (
	"database/sql"

	_ "github.com/mattn/go-sqlite3"
)

func insert(number string) error {
	db, err := sql.Open("sqlite3", "shelf.db")
	if err != nil {
		return err
	}
	defer db.Close()
	res, err := db.Exec("INSERT OR IGNORE INTO book (isbn) VALUES (?)", number)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return &DuplicateError{number}
	}
	return nil
}
