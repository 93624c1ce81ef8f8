//! `pantry expire`

use std::io;

use clap::Args as ClapArgs;
use time::{Date, Duration, OffsetDateTime};

use crate::error::PantryError;
use crate::output;
use crate::store::Store;

#[derive(ClapArgs)]
pub struct Args {
    /// Days from today
    #[arg(long, default_value_t = 7)]
    within: i64,
}

/// The last day that counts as soon, as it is stored.
fn limit(today: Date, within: i64) -> String {
    let day = today + Duration::days(within);
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

pub fn run(store: &Store, args: Args) -> Result<(), PantryError> {
    let limit = limit(OffsetDateTime::now_utc().date(), args.within);
    let mut items = store.all()?;
    items.retain(|item| item.best_before.as_ref().is_some_and(|date| *date <= limit));
    output::table(&mut io::stdout().lock(), &items)
}
