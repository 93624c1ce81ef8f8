//! One module for each subcommand: its arguments and what it does.

pub mod add;
pub mod expire;
pub mod list;
