mod api;
mod error;

use anyhow::Context;
use sqlx::sqlite::SqlitePoolOptions;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL is not set")?;
    let pool = SqlitePoolOptions::new().connect(&url).await.context("opening the database")?;
    sqlx::migrate!("./migrations").run(&pool).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    tracing::info!("listening");
    axum::serve(listener, api::router(pool)).await?;
    Ok(())
}
