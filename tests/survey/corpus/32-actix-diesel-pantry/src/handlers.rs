use actix_web::{get, post, web, HttpResponse};

use crate::error::PantryError;

#[get("")]
async fn list() -> Result<HttpResponse, PantryError> {
    Ok(HttpResponse::Ok().json(["rice", "beans"]))
}

#[post("/{id}/eat")]
async fn eat(id: web::Path<i32>, grams: web::Json<i32>) -> Result<HttpResponse, PantryError> {
    if *grams > 500 {
        return Err(PantryError::NotEnough { wanted: *grams, there: 500 });
    }
    if *id < 0 {
        return Err(PantryError::Missing(*id));
    }
    Ok(HttpResponse::NoContent().finish())
}
