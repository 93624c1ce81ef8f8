//! `pantry add`

use clap::Args as ClapArgs;

use crate::error::PantryError;
use crate::store::{Item, Store};

#[derive(ClapArgs)]
pub struct Args {
    /// What it is
    name: String,
    #[arg(long, default_value_t = 1)]
    amount: i64,
    #[arg(long, default_value = "pcs")]
    unit: String,
    /// Last good day, as 2027-03-01
    #[arg(long)]
    best_before: Option<String>,
}

fn check_date(text: &str) -> Result<(), PantryError> {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => Ok(()),
        _ => Err(PantryError::BadDate(text.to_owned())),
    }
}

pub fn run(store: &mut Store, args: Args) -> Result<(), PantryError> {
    if args.amount <= 0 {
        return Err(PantryError::BadAmount);
    }
    if let Some(date) = &args.best_before {
        check_date(date)?;
    }
    store.add(&Item { name: args.name, amount: args.amount, unit: args.unit, best_before: args.best_before })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_checked() {
        assert!(check_date("2027-03-01").is_ok());
        assert!(check_date("1 March").is_err());
    }
}
