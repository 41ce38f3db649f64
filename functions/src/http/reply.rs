//! Success bodies: `{"data": …}`, never cached by anyone in between.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::answers::Data;

/// `data` under `status`.
pub fn data<T: Serialize>(status: StatusCode, data: T) -> Response {
    let mut response = (status, axum::Json(Data { data })).into_response();
    no_store(&mut response);
    response
}

/// Answers are personal: no cache keeps them.
pub fn no_store(response: &mut Response) {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// The caller alone may keep it, and asks each time whether it still holds.
pub fn no_cache(response: &mut Response) {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}
