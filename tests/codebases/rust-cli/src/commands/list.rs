//! `pantry list`

use std::io;

use clap::Args as ClapArgs;

use crate::error::PantryError;
use crate::output;
use crate::store::Store;

#[derive(ClapArgs)]
pub struct Args {
    /// Only items counted in this unit
    #[arg(long)]
    unit: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub fn run(store: &Store, args: Args) -> Result<(), PantryError> {
    let mut items = store.all()?;
    if let Some(unit) = &args.unit {
        items.retain(|item| &item.unit == unit);
    }
    let mut out = io::stdout().lock();
    if args.json {
        output::json(&mut out, &items)
    } else {
        output::table(&mut out, &items)
    }
}
