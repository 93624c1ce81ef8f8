use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use feedbox_core::FeedError;

pub enum ApiError {
    NotFound,
    Feed(FeedError),
    Db(sqlx::Error),
}

impl From<sqlx::Error> for ApiError {
    fn from(e: sqlx::Error) -> Self {
        Self::Db(e)
    }
}

impl From<FeedError> for ApiError {
    fn from(e: FeedError) -> Self {
        Self::Feed(e)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Feed(e) => (StatusCode::UNPROCESSABLE_ENTITY, e.to_string()).into_response(),
            Self::Db(e) => {
                tracing::error!(error = %e, "database");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
