//! Gives every error response our envelope, including those that the router creates before a handler runs.

use crate::failure::Failure;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Gives a refusal in another form than JSON our envelope, under the status that it has. Other answers pass as they
/// are.
pub async fn wrap(response: Response) -> Response {
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    if !refused || is_json(response.headers()) {
        return response;
    }
    let mut wrapped = failure_of(status).into_response();
    *wrapped.status_mut() = status;
    // Headers that the router set, such as the methods that a path allows.
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH && !wrapped.headers().contains_key(name) {
            wrapped.headers_mut().append(name, value.clone());
        }
    }
    wrapped
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

fn failure_of(status: StatusCode) -> Failure {
    match status {
        StatusCode::NOT_FOUND => Failure::RouteNotFound,
        StatusCode::METHOD_NOT_ALLOWED => Failure::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Failure::BodyTooLarge,
        _ if status.is_client_error() => malformed(),
        _ => Failure::Internal("an answer without an envelope".into()),
    }
}

/// The refusal of a path or a query that cannot be decoded.
pub fn malformed() -> Failure {
    Failure::bad_request(
        "request_malformed",
        "The request is malformed. Percent-encode the path and the query as UTF-8.",
    )
}

#[cfg(test)]
mod tests {
    use super::wrap;
    use axum::http::{HeaderValue, StatusCode, header};
    use axum::response::{IntoResponse, Response};
    use futures::FutureExt;

    fn wrapped(response: Response) -> Response {
        wrap(response).now_or_never().unwrap_or_default()
    }

    #[test]
    fn plain_text_error_keeps_status_and_headers() {
        for status in [400, 404, 405, 408, 413, 414, 415, 418, 431, 500, 502] {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            let mut plain = (status, "Invalid URL: Invalid UTF-8 in `id`").into_response();
            plain.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
            let wrapped = wrapped(plain);
            assert_eq!(wrapped.status(), status);
            assert_eq!(wrapped.headers().get(header::ALLOW), Some(&HeaderValue::from_static("GET")));
            assert_eq!(
                wrapped.headers().get(header::CONTENT_TYPE),
                Some(&HeaderValue::from_static("application/json"))
            );
        }
    }

    #[test]
    fn successful_response_is_unchanged() {
        for status in [StatusCode::OK, StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED] {
            let answer = wrapped((status, "as it is").into_response());
            assert_eq!(answer.status(), status);
            assert_eq!(
                answer.headers().get(header::CONTENT_TYPE),
                Some(&HeaderValue::from_static("text/plain; charset=utf-8"))
            );
        }
    }
}
