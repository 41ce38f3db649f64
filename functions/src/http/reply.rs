//! Success bodies: `{"data": …}`, never cached by anyone in between.

use crate::query_string;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
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
    page_with(path, filters, per_page, rows, next, &[])
}

/// The same page with more in its `meta`.
pub fn page_with<T: Serialize>(
    path: &str,
    filters: &[(&str, &str)],
    per_page: u32,
    rows: &[T],
    next: Option<&str>,
    more: &[(&str, Value)],
) -> Response {
    let link = |token: Option<&str>| {
        let per_page = per_page.to_string();
        let mut pairs = filters.to_vec();
        pairs.push(("per_page", &per_page));
        pairs.extend(token.map(|token| ("page_token", token)));
        format!("{path}{}", query_string::write(&pairs))
    };
    let mut meta = json!({"path": path, "per_page": per_page, "returned": rows.len()});
    if let Some(meta) = meta.as_object_mut() {
        meta.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    let links = json!({"first": link(None), "next": next.map(|token| link(Some(token)))});
    let body = json!({"data": rows, "links": links, "meta": meta});
    let mut response = (StatusCode::OK, axum::Json(body)).into_response();
    no_store(&mut response);
    response
}
