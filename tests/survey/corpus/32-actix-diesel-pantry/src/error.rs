use actix_web::{http::StatusCode, HttpResponse, ResponseError};
use std::fmt;

#[derive(Debug)]
pub enum PantryError {
    Missing(i32),
    NotEnough { wanted: i32, there: i32 },
    Database(diesel::result::Error),
}

impl fmt::Display for PantryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(id) => write!(f, "there is no {id}"),
            Self::NotEnough { wanted, there } => write!(f, "{wanted} wanted, {there} there"),
            Self::Database(e) => write!(f, "database: {e}"),
        }
    }
}

impl std::error::Error for PantryError {}

impl ResponseError for PantryError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::NotEnough { .. } => StatusCode::CONFLICT,
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        log::warn!("{self}");
        HttpResponse::build(self.status_code()).body(self.to_string())
    }
}
