use thiserror::Error;

#[derive(Debug, Error)]
pub enum FeedError {
    #[error("the feed has no title")]
    NoTitle,
    #[error("entry {0} has no link")]
    NoLink(String),
    #[error("bad date {text:?}")]
    Date { text: String },
}

pub type Result<T> = std::result::Result<T, FeedError>;
