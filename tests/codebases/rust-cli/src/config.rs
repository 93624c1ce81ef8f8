//! Settings, all from the environment.

use std::env;
use std::path::PathBuf;

use crate::error::PantryError;

#[derive(Debug, Clone)]
pub struct Config {
    pub file: PathBuf,
}

impl Config {
    pub fn from_env() -> Result<Self, PantryError> {
        if let Some(file) = env::var_os("PANTRY_FILE") {
            return Ok(Config { file: PathBuf::from(file) });
        }
        let home = env::var_os("HOME").ok_or(PantryError::NoFile)?;
        Ok(Config { file: PathBuf::from(home).join(".local/share/pantry/pantry.db") })
    }
}
