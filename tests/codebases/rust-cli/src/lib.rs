//! What the pantry tool is made of; `main.rs` only parses arguments and prints errors.

pub mod commands;
pub mod config;
pub mod error;
pub mod output;
pub mod store;
