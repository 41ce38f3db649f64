//! `/v1/approvals`, for the partner: makes approvals without a session key, and lists how each one ended.

use crate::clock::{Timestamp, to_iso};
use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::query::{ListId, Parameters, token_of};
use crate::http::reply;
use crate::model::approval::{Amount, Approval, State as ApprovalState};
use crate::model::sale::Prices;
use crate::order_proxy::approval_bodies::{ApprovalFilters, ApprovalRow, MadeApproval, NewApproval};
use crate::order_proxy::proxy::Proxy;
use crate::session::Partner;
use crate::session::approval::{self, MAX_LIFETIME};
use crate::store::approval::StoredApproval;
use crate::store::list::{Cursor, Place};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::currency;
use shared::ids::{ApprovalId, QuoteId, SessionId};
use shared::problem::Finding;

const PATH: &str = "/v1/approvals";
/// The states that can be asked for; one that is being asked for is open.
pub(super) const STATES: [&str; 3] = ["open", "capture", "void"];
const DAY: Timestamp = 24 * 60 * 60;
/// How far back the list goes: approvals are kept 400 days.
const OLDEST: Timestamp = 400 * DAY;
/// Pages of the index that one call reads.
const MAX_READS: u32 = 40;
/// Shortest lifetime.
const MIN_LIFETIME: Timestamp = 1;

/// An approval that was asked for, read and checked.
#[derive(Debug)]
pub(super) struct ApprovalRequest {
    session: SessionId,
    quote: QuoteId,
    amount: Option<Amount>,
    lifetime: Timestamp,
}

/// Reads the body of `POST /v1/approvals`.
pub(super) fn read(body: Map<String, Value>) -> Result<ApprovalRequest, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let session = read_id(&mut fields, "session", SessionId::parse);
    let quote = read_id(&mut fields, "quote", QuoteId::parse);
    let amount = read_amount(&mut fields);
    let lifetime = match fields.optional_u64("ttl_seconds").map(Timestamp::try_from) {
        None => MAX_LIFETIME,
        Some(Ok(seconds)) if (MIN_LIFETIME..=MAX_LIFETIME).contains(&seconds) => seconds,
        Some(_) => {
            fields.add_finding("ttl_seconds", "out_of_range", "ttl_seconds must be 1 to 3600.");
            MAX_LIFETIME
        }
    };
    fields.finish();
    refuse_if_any(findings)?;
    let (Some(session), Some(quote)) = (session, quote) else {
        return Err(Failure::Internal("an approval request without findings is incomplete".into()));
    };
    Ok(ApprovalRequest { session, quote, amount, lifetime })
}

/// The amount and its currency: both or neither.
fn read_amount(fields: &mut Fields<'_>) -> Option<Amount> {
    let before = fields.count();
    let (cents, currency) = (fields.optional_u64("amount_cents"), fields.optional_string("currency"));
    let is_clean = fields.count() == before;
    if let Some(currency) = &currency {
        currency::check(fields, currency);
    }
    match (cents, currency) {
        (Some(cents), Some(currency)) => return Some(Amount { cents, currency }),
        (Some(_), None) if is_clean => {
            fields.add_finding("currency", "missing_field", "Add currency: it belongs to amount_cents.");
        }
        (None, Some(_)) if is_clean => {
            fields.add_finding("amount_cents", "missing_field", "Add amount_cents: it belongs to currency.");
        }
        _ => {}
    }
    None
}

/// Refuses an approval that is certain to be refused with its order: for less than the quote's total, to which only the
/// price of the session's plan comes, in another currency, or without an amount where customers see the partner's prices.
pub(super) fn check_amount(amount: Option<&Amount>, prices: &Prices) -> Result<(), Failure> {
    let shown = prices.charges.as_ref().unwrap_or(&prices.costs);
    let Some(amount) = amount else {
        let missing =
            Finding::new("missing_field", "amount_cents", "amount_cents and currency are required for this quote.");
        return refuse_if_any(prices.charges.iter().map(|_| missing.clone()).collect());
    };
    let mut findings = Vec::new();
    if amount.cents < shown.total_cents {
        let message = match &prices.charges {
            Some(charges) => {
                let total = charges.total_cents;
                format!("amount_cents must be the quote's total, {total}, and the plan's price if it has one.")
            }
            // Whether the session shows costs or no amounts at all is not known here.
            None => "amount_cents is less than the quote's total. Take it from checkout.approve, and leave out \
                     amount_cents and currency if they are missing there."
                .to_owned(),
        };
        findings.push(Finding::new("amount_too_low", "amount_cents", message));
    }
    if amount.currency != shown.currency {
        let message = format!("currency must be that of the quote, {}.", shown.currency);
        findings.push(Finding::new("currency_differs", "currency", message));
    }
    refuse_if_any(findings)
}

fn read_id<T>(fields: &mut Fields<'_>, key: &str, parse: impl Fn(String) -> Option<T>) -> Option<T> {
    let id = parse(fields.required_string(key)?);
    if id.is_none() {
        fields.add_finding(
            key,
            "id_invalid",
            format!("{key} must have 1 to 128 visible ASCII characters without # / ? % \" \\."),
        );
    }
    id
}

/// The refusal of an approval for a quote that the session does not have.
pub(super) fn no_such_quote() -> Failure {
    Failure::bad_field("quote_unknown", "quote", "The session has no such quote. Take both from checkout.approve.")
}

pub(super) async fn make(
    State(proxy): State<Proxy>,
    _: Partner,
    body: JsonObject<NewApproval>,
) -> Result<Response, Failure> {
    let request = read(body.fields)?;
    let prices = proxy.store.quote(&request.quote, &request.session).await?.ok_or_else(no_such_quote)?;
    check_amount(request.amount.as_ref(), &prices)?;
    let id = proxy.random.id("apr_").and_then(ApprovalId::parse).ok_or(Failure::Internal("no randomness".into()))?;
    let expires_at = proxy.clock.now().saturating_add(request.lifetime);
    let approval = Approval { id, quote: request.quote, amount: request.amount, expires_at };
    let token = approval::sign(&approval, &request.session, &proxy.keys.secret_store.secrets().session)?;
    tracing::info!(approval.id = %approval.id, session.id = %request.session, "made an approval");
    let made = MadeApproval { id: approval.id.to_string(), token, expires_at: to_iso(expires_at) };
    Ok(reply::data(StatusCode::CREATED, made))
}

/// `state`, as a word that there is.
pub(super) fn state_of<Q>(parameters: &mut Parameters<Q>) -> Option<String> {
    let state = parameters.take("state")?;
    if !STATES.contains(&state.as_str()) {
        parameters.add_finding("state", "word_invalid", "state is open, capture or void.");
    }
    Some(state)
}

pub(super) async fn list(
    State(proxy): State<Proxy>,
    _: Partner,
    mut parameters: Parameters<ApprovalFilters>,
) -> Result<Response, Failure> {
    let now = proxy.clock.now();
    let state = state_of(&mut parameters);
    let text = parameters.take("since");
    let oldest = now.saturating_sub(OLDEST);
    let since = parameters.time("since", text.as_deref()).map_or(oldest, |at| at.max(oldest));
    let per_page = parameters.per_page();
    let filters = [("state", state.as_deref()), ("since", text.as_deref())];
    let list = ListId::new(PATH, &filters);
    let cursor: Option<Cursor> = parameters.page_token(&list, |cursor: &Cursor| {
        let is_place = cursor.pk.is_empty() || cursor.approval_id().is_some();
        is_place && cursor.time().is_some_and(|at| at >= since)
    });
    parameters.finish()?;
    let mut walk =
        Walk { from: cursor.as_ref().and_then(Cursor::time).unwrap_or(since), to: now.saturating_add(DAY), cursor };
    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    let wanted = |row: &ApprovalRow| state.as_deref().is_none_or(|state| row.state == state);
    let mut rows: Vec<ApprovalRow> = Vec::new();
    let mut reads = 0;
    while walk.from < walk.to && rows.len() < most && reads < MAX_READS {
        reads += 1;
        let left = i32::try_from(most.saturating_sub(rows.len())).unwrap_or(i32::MAX);
        let places = walk.read(&proxy, left).await?;
        rows.extend(proxy.store.approvals(&places, now).await?.into_iter().map(row).filter(wanted));
    }
    let next = walk.cursor.as_ref().filter(|_| walk.from < walk.to).and_then(|cursor| token_of(list, cursor));
    let filters: Vec<(&str, &str)> = filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(reply::page(PATH, &filters, per_page, &rows, next.as_deref()))
}

/// Walks month after month, oldest first.
struct Walk {
    from: Timestamp,
    to: Timestamp,
    cursor: Option<Cursor>,
}

impl Walk {
    async fn read(&mut self, proxy: &Proxy, limit: i32) -> Result<Vec<Place>, Failure> {
        let after = self.cursor.as_ref().filter(|cursor| !cursor.pk.is_empty());
        let page = proxy.store.list_approvals(self.from, self.to, after, limit).await?;
        match page.end {
            Some(end) => self.cursor = Some(end),
            None => {
                self.from = next_month(self.from);
                self.cursor = Some(Cursor { bucket: String::new(), at: to_iso(self.from), pk: String::new() });
            }
        }
        Ok(page.places)
    }
}

/// The first second of the month after that of `at`.
fn next_month(at: Timestamp) -> Timestamp {
    let month = |at: Timestamp| to_iso(at).chars().take(7).collect::<String>();
    let this = month(at);
    let mut day = at.div_euclid(DAY);
    loop {
        day = day.saturating_add(1);
        let next = day.saturating_mul(DAY);
        if month(next) != this {
            return next;
        }
    }
}

fn row(stored: StoredApproval) -> ApprovalRow {
    let (amount_cents, currency) = match stored.approval.amount {
        Some(amount) => (Some(amount.cents), Some(amount.currency)),
        None => (None, None),
    };
    let state = match stored.state {
        ApprovalState::Asking => ApprovalState::Open,
        state => state,
    };
    ApprovalRow {
        approval: stored.approval.id.to_string(),
        session: stored.session.to_string(),
        order: stored.order.map(|order| order.to_string()),
        state: state.as_str().to_owned(),
        amount_cents,
        currency,
        at: to_iso(stored.at),
    }
}

#[cfg(test)]
mod tests {
    use super::next_month;
    use crate::clock::{from_iso, to_iso};

    #[test]
    fn months_follow_each_other() {
        for (at, next) in [
            ("2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"),
            ("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2028-02-29T12:00:00Z", "2028-03-01T00:00:00Z"),
        ] {
            assert_eq!(from_iso(at).map(|at| to_iso(next_month(at))).as_deref(), Some(next));
        }
    }
}
