//! Success bodies: `{"data": …}`, never cached by anyone in between.

use crate::query_string;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
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

/// A page of rows under our own addresses. `next` is the token of the next page; the last one has none.
pub fn page<T: Serialize>(
    path: &str,
    filters: &[(&str, &str)],
    per_page: u32,
    rows: &[T],
    next: Option<&str>,
) -> Response {
    let link = |token: Option<&str>| {
        let per_page = per_page.to_string();
        let mut pairs = filters.to_vec();
        pairs.push(("per_page", &per_page));
        pairs.extend(token.map(|token| ("page_token", token)));
        format!("{path}{}", query_string::write(&pairs))
    };
    let body = json!({
        "data": rows,
        "links": {"first": link(None), "next": next.map(|token| link(Some(token)))},
        "meta": {"path": path, "per_page": per_page, "returned": rows.len()},
    });
    let mut response = (StatusCode::OK, axum::Json(body)).into_response();
    no_store(&mut response);
    response
}
