//! `GET /v1/ledger`: the orders of a month with cost, charge and margin, and their sums per customer and per reference.

use crate::failure::Failure;
use crate::http::query::Parameters;
use crate::http::reply;
use crate::session::Partner;
use crate::status::api::StatusApi;
use crate::status::ledger_csv;
use crate::status::ledger_sums::Ledger;
use crate::store::key::index::orders_in;
use crate::store::list::Place;
use crate::store::order::OrderHead;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;

/// Orders read at once.
const PAGE: i32 = 100;
/// Most orders of a ledger: some seconds of reading, and 3 MB of an answer that may have 6.
const MAX_ORDERS: usize = 10_000;

/// Which month to add up.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct LedgerMonth {
    /// The month in UTC, such as `2026-11`.
    #[schemars(regex(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$"))]
    month: String,
    /// `csv` or `json`; what `Accept` says when absent.
    #[schemars(extend("enum" = ["csv", "json"]))]
    format: Option<String>,
}

pub(super) async fn ledger(
    State(status_api): State<StatusApi>,
    _: Partner,
    headers: HeaderMap,
    mut parameters: Parameters<LedgerMonth>,
) -> Result<Response, Failure> {
    let month = month_of(&mut parameters);
    let format = format_of(&mut parameters);
    parameters.finish()?;
    let month = month.ok_or(Failure::Internal("a month without findings is missing".into()))?;
    let ledger = Ledger::new(month.clone(), status_api.placed_in(&month).await?);
    if format.unwrap_or_else(|| wants_csv(&headers)) {
        let text = ledger_csv::write(&ledger).ok_or(Failure::Internal("a ledger cannot be written".into()))?;
        let kind = HeaderValue::from_static("text/csv; charset=utf-8");
        let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, kind)], text).into_response();
        reply::no_store(&mut response);
        return Ok(response);
    }
    Ok(reply::data(StatusCode::OK, ledger))
}

/// The month that is asked for.
pub(super) fn month_of<Q>(parameters: &mut Parameters<Q>) -> Option<String> {
    let Some(month) = parameters.take("month") else {
        parameters.add_finding("month", "missing_parameter", "Add month, such as 2026-11.");
        return None;
    };
    if orders_in(&month).is_none() {
        parameters.add_finding("month", "month_invalid", "Write the month as year and month, such as 2026-11.");
    }
    Some(month)
}

/// Whether CSV is asked for; `None` when nothing is.
pub(super) fn format_of<Q>(parameters: &mut Parameters<Q>) -> Option<bool> {
    match parameters.take("format")?.as_str() {
        "csv" => Some(true),
        "json" => Some(false),
        _ => {
            parameters.add_finding("format", "format_unknown", "format must be csv or json.");
            None
        }
    }
}

/// Whether `Accept` names CSV and not JSON.
fn wants_csv(headers: &HeaderMap) -> bool {
    let accepts = |kind: &str| {
        let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut kinds = values.flat_map(|value| value.split(',')).filter_map(|part| part.split(';').next());
        kinds.any(|accepted| accepted.trim().eq_ignore_ascii_case(kind))
    };
    accepts("text/csv") && !accepts("application/json")
}

/// The refusal of a month that no answer can carry.
pub(super) fn too_large() -> Failure {
    let message =
        "This month has more than 10,000 orders, too many for one ledger. Add up the pages of GET /v1/orders.";
    Failure::bad_request("ledger_too_large", message)
}

impl StatusApi {
    /// The orders that were placed in `month`, oldest first.
    async fn placed_in(&self, month: &str) -> Result<Vec<OrderHead>, Failure> {
        let partition = orders_in(month).ok_or(Failure::Internal("a month that was checked is none".into()))?;
        let (mut heads, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.list_orders(&partition, after.as_ref(), PAGE).await?;
            let ids: Vec<_> = page.places.iter().filter_map(Place::order_id).collect();
            heads.extend(self.store.order_heads(&ids).await?);
            if heads.len() > MAX_ORDERS {
                return Err(too_large());
            }
            after = page.end;
            if after.is_none() {
                heads.reverse();
                return Ok(heads);
            }
        }
    }
}
