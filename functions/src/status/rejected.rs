//! `GET /v1/webhooks/rejected`: deliveries that the webhook refused, newest first, for whoever has to find out why.

use crate::failure::Failure;
use crate::http::query::{ListId, MAX_PER_PAGE, Parameters, token_of};
use crate::http::reply;
use crate::session::Partner;
use crate::status::Window;
use axum::extract::State;
use axum::response::Response;

const PATH: &str = "/v1/webhooks/rejected";

pub(super) async fn rejected(
    State(window): State<Window>,
    _: Partner,
    mut parameters: Parameters,
) -> Result<Response, Failure> {
    let per_page = parameters.per_page_or(MAX_PER_PAGE);
    let list = ListId::new(PATH, &[]);
    let before: Option<u64> = parameters.page_token(&list, |before| *before > 0);
    parameters.finish()?;
    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    let page = window.store.list_rejected(before, most, window.keys.clock.now()).await?;
    let next = page.next.and_then(|before| token_of(list, &before));
    Ok(reply::page(PATH, &[], per_page, &page.rows, next.as_deref()))
}
