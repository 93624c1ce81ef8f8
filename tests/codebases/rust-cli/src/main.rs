use std::process::ExitCode;

use clap::{Parser, Subcommand};
use pantry::commands::{add, expire, list};
use pantry::config::Config;
use pantry::error::PantryError;
use pantry::store::Store;

/// Keeps track of what is in the pantry.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Put something into the pantry
    Add(add::Args),
    /// Show what is there
    List(list::Args),
    /// Show what has to be eaten soon
    Expire(expire::Args),
}

fn run(cli: Cli) -> Result<(), PantryError> {
    let config = Config::from_env()?;
    let mut store = Store::open(&config.file)?;
    match cli.command {
        Command::Add(args) => add::run(&mut store, args),
        Command::List(args) => list::run(&store, args),
        Command::Expire(args) => expire::run(&store, args),
    }
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pantry: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
