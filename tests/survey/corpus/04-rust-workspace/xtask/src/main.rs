use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the release archive.
    Dist,
}

fn main() {
    match Args::parse().task {
        Task::Dist => println!("packing"),
    }
}
