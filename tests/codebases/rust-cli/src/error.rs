//! One error type for the whole tool, with the exit status that belongs to each kind.

use thiserror::Error;

#[derive(Debug, Error)]
pub enum PantryError {
    #[error("{0} is not a date like 2027-03-01")]
    BadDate(String),
    #[error("an amount must be more than 0")]
    BadAmount,
    #[error("no home directory and no PANTRY_FILE")]
    NoFile,
    #[error("the database cannot be used: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("cannot write the result: {0}")]
    Output(#[from] std::io::Error),
}

impl PantryError {
    pub fn exit_code(&self) -> u8 {
        match self {
            PantryError::BadDate(_) | PantryError::BadAmount => 2,
            PantryError::NoFile | PantryError::Store(_) => 3,
            PantryError::Output(_) => 1,
        }
    }
}
