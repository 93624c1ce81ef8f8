use serde::{Deserialize, Serialize};

use crate::error::{FeedError, Result};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    pub link: String,
    pub title: String,
}

impl Entry {
    pub fn new(id: &str, link: &str, title: &str) -> Result<Self> {
        if link.is_empty() {
            return Err(FeedError::NoLink(id.to_owned()));
        }
        Ok(Self { id: id.into(), link: link.into(), title: title.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_needs_a_link() {
        assert!(matches!(Entry::new("1", "", "x"), Err(FeedError::NoLink(_))));
    }
}
