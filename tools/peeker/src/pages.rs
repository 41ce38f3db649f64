//! Lists that come page by page, in the same shape from both sides.

use crate::failure::Failure;
use crate::http::Target;
use crate::json::text;
use reqwest::Url;
use serde_json::Value;

/// Rows per request when all are wanted: the most that upstream gives.
const PER_PAGE: &str = "100";

/// Some rows, and where the next ones are.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Value>,
    /// What to ask with for the next page.
    pub(crate) next: Option<String>,
}

/// One page of `path`.
pub(crate) async fn page(target: &Target, path: &str, query: &[(&str, &str)]) -> Result<Page, Failure> {
    let answer = target.get(path, query).await?;
    let rows = answer.body.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
    let next = text(&answer.body, "/links/next").and_then(token_of);
    Ok(Page { rows, next })
}

/// Rows of `path`, page after page, until there are `limit`.
pub(crate) async fn rows(
    target: &Target,
    path: &str,
    query: &[(&str, &str)],
    limit: usize,
) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut query = query.to_vec();
        query.push(("per_page", PER_PAGE));
        if let Some(token) = &token {
            query.push(("page_token", token));
        }
        let page = page(target, path, &query).await?;
        all.extend(page.rows);
        match page.next {
            Some(next) if all.len() < limit && token.as_ref() != Some(&next) => token = Some(next),
            _ => break,
        }
    }
    all.truncate(limit);
    Ok(all)
}

/// The token in a link; links may be whole addresses or paths.
fn token_of(link: &str) -> Option<String> {
    let url = Url::parse(link).or_else(|_| Url::parse("https://any.invalid").and_then(|base| base.join(link))).ok()?;
    url.query_pairs().find(|(name, _)| name == "page_token").map(|(_, token)| token.into_owned())
}
