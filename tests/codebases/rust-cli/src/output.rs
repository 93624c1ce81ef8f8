//! Tables for people, JSON for programs.

use std::io::Write;

use crate::error::PantryError;
use crate::store::Item;

pub fn table(out: &mut dyn Write, items: &[Item]) -> Result<(), PantryError> {
    let width = items.iter().map(|item| item.name.len()).max().unwrap_or(0);
    for item in items {
        let date = item.best_before.as_deref().unwrap_or("-");
        writeln!(out, "{:width$}  {:>6} {:3}  {}", item.name, item.amount, item.unit, date)?;
    }
    Ok(())
}

pub fn json(out: &mut dyn Write, items: &[Item]) -> Result<(), PantryError> {
    let text = serde_json::to_string_pretty(items).map_err(std::io::Error::from)?;
    writeln!(out, "{text}")?;
    Ok(())
}
