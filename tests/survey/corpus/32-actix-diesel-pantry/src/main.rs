use actix_web::{middleware::Logger, web, App, HttpServer};
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::SqliteConnection;

mod error;
mod handlers;
mod schema;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    env_logger::init();
    let pool = Pool::new(ConnectionManager::<SqliteConnection>::new("pantry.db")).expect("a database");
    HttpServer::new(move || {
        App::new()
            .wrap(Logger::default())
            .app_data(web::Data::new(pool.clone()))
            .service(web::scope("/goods").service(handlers::list).service(handlers::eat))
            .route("/alive", web::get().to(|| async { "yes" }))
    })
    .bind(("0.0.0.0", 7000))?
    .run()
    .await
}
