//! The SQLite file: migrations at the start, then one function for each question the commands ask.

use std::path::Path;

use rusqlite::{params, Connection};
use serde::Serialize;

use crate::error::PantryError;

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_create_items.sql"),
    include_str!("../migrations/0002_add_best_before.sql"),
];

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    pub name: String,
    pub amount: i64,
    pub unit: String,
    pub best_before: Option<String>,
}

pub struct Store {
    connection: Connection,
}

impl Store {
    pub fn open(file: &Path) -> Result<Self, PantryError> {
        let connection = Connection::open(file)?;
        let store = Store { connection };
        store.migrate()?;
        Ok(store)
    }

    fn migrate(&self) -> Result<(), PantryError> {
        let done: usize = self.connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        for (number, text) in MIGRATIONS.iter().enumerate().skip(done) {
            self.connection.execute_batch(text)?;
            self.connection.pragma_update(None, "user_version", number + 1)?;
        }
        Ok(())
    }

    pub fn add(&mut self, item: &Item) -> Result<(), PantryError> {
        self.connection.execute(
            "INSERT INTO items (name, amount, unit, best_before) VALUES (?1, ?2, ?3, ?4)",
            params![item.name, item.amount, item.unit, item.best_before],
        )?;
        Ok(())
    }

    pub fn all(&self) -> Result<Vec<Item>, PantryError> {
        let mut statement =
            self.connection.prepare("SELECT name, amount, unit, best_before FROM items ORDER BY name")?;
        let rows = statement.query_map([], |row| {
            Ok(Item { name: row.get(0)?, amount: row.get(1)?, unit: row.get(2)?, best_before: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?)
    }
}
