//! Paged lists, which have the same shape in both APIs.

use crate::failure::Failure;
use crate::http::Target;
use crate::json::text;
use reqwest::Url;
use serde_json::Value;

/// Rows per request for whole lists: upstream's maximum.
const MAX_PER_PAGE: usize = 100;

/// A page of rows, and the token of the next page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Value>,
    /// The token of the next page.
    pub(crate) next: Option<String>,
}

/// One page of `path`.
async fn page(target: &Target, path: &str, query: &[(&str, &str)]) -> Result<Page, Failure> {
    let answer = target.get(path, query).await?;
    let rows = answer.body.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
    let next = text(&answer.body, "/links/next").and_then(token_of);
    Ok(Page { rows, next })
}

/// Up to `limit` rows of `path`, page after page from `start` on. A page may have fewer rows than asked for, or none,
/// and still not be the last.
pub(crate) async fn up_to(
    target: &Target,
    path: &str,
    query: &[(&str, &str)],
    limit: usize,
    start: Option<&str>,
) -> Result<Page, Failure> {
    let mut all = Page { rows: Vec::new(), next: start.map(str::to_owned) };
    loop {
        let per_page = limit.saturating_sub(all.rows.len()).clamp(1, MAX_PER_PAGE).to_string();
        let mut query = query.to_vec();
        query.push(("per_page", &per_page));
        let token = all.next.take();
        query.extend(token.as_deref().map(|token| ("page_token", token)));
        let page = page(target, path, &query).await?;
        all.rows.extend(page.rows);
        // Stops if the server returns the same page token again.
        all.next = page.next.filter(|next| token.as_ref() != Some(next));
        if all.next.is_none() || all.rows.len() >= limit {
            all.rows.truncate(limit);
            return Ok(all);
        }
    }
}

/// All rows of `path`.
pub(crate) async fn all(target: &Target, path: &str, query: &[(&str, &str)]) -> Result<Vec<Value>, Failure> {
    Ok(up_to(target, path, query, usize::MAX, None).await?.rows)
}

/// All rows of a list with a fixed page size.
pub(crate) async fn linked(target: &Target, path: &str) -> Result<Vec<Value>, Failure> {
    let mut rows = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let query: Vec<(&str, &str)> = token.as_deref().map(|token| ("page_token", token)).into_iter().collect();
        let page = page(target, path, &query).await?;
        rows.extend(page.rows);
        // Stops if the server returns the same page token again.
        match page.next.filter(|next| token.as_ref() != Some(next)) {
            Some(next) => token = Some(next),
            None => return Ok(rows),
        }
    }
}

/// The page token in a link, which may be a URL or a path.
fn token_of(link: &str) -> Option<String> {
    let url = Url::parse(link).or_else(|_| Url::parse("https://any.invalid").and_then(|base| base.join(link))).ok()?;
    url.query_pairs().find(|(name, _)| name == "page_token").map(|(_, token)| token.into_owned())
}
