//! Success bodies: `{"data": …}`, never cached by anyone in between.

use crate::http::page::{Links, Meta};
use crate::query_string;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::answers::Data;

/// A page of rows.
#[derive(Serialize)]
struct Page<'r, T> {
    data: &'r [T],
    links: Links,
    meta: Meta,
}

/// `data` under `status`.
pub fn data<T: Serialize>(status: StatusCode, data: T) -> Response {
    let mut response = (status, axum::Json(Data { data })).into_response();
    no_store(&mut response);
    response
}

/// Disables caching: responses are personal.
pub fn no_store(response: &mut Response) {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Only the caller may cache the response, and must revalidate it each time.
pub fn no_cache(response: &mut Response) {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

/// A page of rows under our own addresses. `next` is the token of the next page; the last one has none.
pub fn page<T: Serialize>(
    path: &'static str,
    filters: &[(&str, &str)],
    per_page: u32,
    rows: &[T],
    next: Option<&str>,
) -> Response {
    page_with(path, filters, per_page, rows, next, None)
}

/// The same page with the number of orders that are being placed.
pub fn page_with<T: Serialize>(
    path: &'static str,
    filters: &[(&str, &str)],
    per_page: u32,
    rows: &[T],
    next: Option<&str>,
    placing: Option<usize>,
) -> Response {
    let link = |token: Option<&str>| {
        let per_page = per_page.to_string();
        let mut pairs = filters.to_vec();
        pairs.push(("per_page", &per_page));
        pairs.extend(token.map(|token| ("page_token", token)));
        format!("{path}{}", query_string::write(&pairs))
    };
    let meta = Meta { path, per_page, returned: rows.len(), placing };
    let links = Links { first: link(None), next: next.map(|token| link(Some(token))) };
    let mut response = (StatusCode::OK, axum::Json(Page { data: rows, links, meta })).into_response();
    no_store(&mut response);
    response
}
