//! `GET /v1/webhooks/rejected`: deliveries that the webhook rejected, newest first, for diagnosis.

use crate::failure::Failure;
use crate::http::page::MAX_PER_PAGE;
use crate::http::query::{ListId, Parameters, token_of};
use crate::http::reply;
use crate::session::Partner;
use crate::status::api::StatusApi;
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;

const PATH: &str = "/v1/webhooks/rejected";

/// Which deliveries to list.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct RejectedPages {
    /// Maximum rows per page; a page may have fewer.
    #[schemars(range(min = 1, max = MAX_PER_PAGE), extend("default" = MAX_PER_PAGE))]
    per_page: Option<u32>,
    /// Value of `page_token` in `links.next`, unchanged.
    page_token: Option<String>,
}

pub(super) async fn rejected(
    State(status_api): State<StatusApi>,
    _: Partner,
    mut parameters: Parameters<RejectedPages>,
) -> Result<Response, Failure> {
    let per_page = parameters.per_page_or(MAX_PER_PAGE);
    let list = ListId::new(PATH, &[]);
    let before: Option<u64> = parameters.page_token(&list, |before| *before > 0);
    parameters.finish()?;
    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    let page = status_api.store.list_rejected(before, most, status_api.keys.clock.now()).await?;
    let next = page.next.and_then(|before| token_of(list, &before));
    Ok(reply::page(PATH, &[], per_page, &page.rows, next.as_deref()))
}
