//! Lists upstream, page after page, as a stream.

use crate::clock::Timestamp;
use crate::query_string;
use crate::upstream::call::Call;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::StatusCode;
use futures::Stream;
use futures::stream::try_unfold;
use serde_json::Value;

/// Rows of a page: upstream's limit.
const PER_PAGE: &str = "100";

/// A page of a list.
pub(super) struct Page {
    /// Its rows.
    pub(super) rows: Vec<Value>,
    /// When upstream showed it, on its own clock.
    pub(super) at: Option<Timestamp>,
}

/// The rest of a list.
enum Left {
    /// The first page, or the one of this token.
    Page(Option<String>),
    /// Nothing.
    Nothing,
    /// Something.
    Unreadable,
}

impl Upstream {
    /// The pages of the list at `path`, in its order; each is asked for when it is taken.
    pub(super) fn pages<'u>(
        &'u self,
        path: &'static str,
        filters: Vec<(String, String)>,
    ) -> impl Stream<Item = Result<Page, UpstreamError>> + Send + 'u {
        let start = Left::Page(None);
        try_unfold((start, filters), move |(left, filters)| async move {
            let token = match left {
                Left::Page(token) => token,
                Left::Nothing => return Ok(None),
                // There are more rows, but no valid link to them: not the end of the list.
                Left::Unreadable => {
                    return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: None });
                }
            };
            let mut query: Vec<(&str, &str)> =
                filters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            query.push(("per_page", PER_PAGE));
            query.extend(token.as_deref().map(|token| ("page_token", token)));
            let answer = self.call(&Call { query: &query, ..Call::get(path) }).await?;
            let Some(rows) = rows_of(&answer.data).map(<[Value]>::to_vec) else {
                // A value that is not a list says nothing about the rows.
                return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id });
            };
            let next = match answer.next.as_deref().filter(|next| !next.is_empty()).map(page_token) {
                None => Left::Nothing,
                // A page that follows itself would follow itself for ever.
                Some(next) if next.is_some() && next == token => Left::Unreadable,
                Some(Some(next)) => Left::Page(Some(next)),
                Some(None) => Left::Unreadable,
            };
            Ok(Some((Page { rows, at: answer.date }, (next, filters))))
        })
    }
}

/// The rows of a page: a list, or an object whose only list they are.
pub(super) fn rows_of(data: &Value) -> Option<&[Value]> {
    match data {
        Value::Array(rows) => Some(rows),
        Value::Object(object) => {
            let mut lists = object.values().filter_map(Value::as_array);
            lists.next().filter(|_| lists.next().is_none()).map(Vec::as_slice)
        }
        _ => None,
    }
}

/// The opaque token inside `links.next`.
pub(super) fn page_token(next: &str) -> Option<String> {
    let (_, query) = next.split_once('?')?;
    query_string::parameter(query, "page_token")
}
