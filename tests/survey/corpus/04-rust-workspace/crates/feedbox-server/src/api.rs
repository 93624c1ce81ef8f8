use axum::extract::{Path, State};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use feedbox_core::Entry;
use sqlx::SqlitePool;

use crate::error::ApiError;

pub fn router(pool: SqlitePool) -> Router {
    let feeds = Router::new()
        .route("/", get(list_feeds).post(add_feed))
        .route("/:id", delete(remove_feed));
    Router::new()
        .nest("/feeds", feeds)
        .route("/entries/:id/read", post(mark_read))
        .route("/ping", get(|| async { "pong" }))
        .with_state(pool)
}

async fn list_feeds(State(db): State<SqlitePool>) -> Result<Json<Vec<String>>, ApiError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT url FROM feed ORDER BY url").fetch_all(&db).await?;
    Ok(Json(rows.into_iter().map(|r| r.0).collect()))
}

async fn add_feed(State(db): State<SqlitePool>, url: String) -> Result<(), ApiError> {
    sqlx::query("INSERT INTO feed (url) VALUES (?)").bind(url).execute(&db).await?;
    Ok(())
}

async fn remove_feed(State(db): State<SqlitePool>, Path(id): Path<i64>) -> Result<(), ApiError> {
    let done = sqlx::query("DELETE FROM feed WHERE id = ?").bind(id).execute(&db).await?;
    if done.rows_affected() == 0 { Err(ApiError::NotFound) } else { Ok(()) }
}

async fn mark_read(State(db): State<SqlitePool>, Path(id): Path<String>) -> Result<Json<Entry>, ApiError> {
    sqlx::query("UPDATE entry SET read = 1 WHERE id = ?").bind(&id).execute(&db).await?;
    Ok(Json(Entry::new(&id, "about:blank", "")?))
}
