//! Feeds and entries, free of any I/O.
pub mod entry;
pub mod error;

pub use entry::Entry;
pub use error::FeedError;
