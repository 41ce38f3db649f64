//! Orders upstream: placing one, finding one that may have been placed, and what it waits for.

use crate::clock::Timestamp;
use crate::upstream::call::Call;
use crate::upstream::order_body::OrderBody;
use crate::upstream::rate::Urgency;
use crate::upstream::receipt::{self, Known};
use crate::upstream::{Upstream, UpstreamError};
use axum::http::{Method, StatusCode};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use shared::customer::is_user_id;
use shared::ids::OrderId;
use shared::order::Receipt;
use shared::plan::PlanChoice;
use shared::root_domain;
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

/// Timeout for placing an order. API Gateway times out after 30 s, and the lookups before need some of it.
const ORDER_TIMEOUT: Duration = Duration::from_secs(15);
/// Pages of a customer's orders that are looked through: 10 × 100, newest first, back to the claim.
const MAX_PAGES: usize = 10;
/// Seconds by which upstream's clock may be behind ours when orders "since the claim" are looked for.
const LOOK_BACK: Timestamp = 15 * 60;
/// Full orders that are read for one search: rows that say little may each need it.
const MAX_FULL_ORDERS: usize = 100;

/// The data by which an order that may have been placed is searched for.
#[derive(Debug)]
pub struct OrderCriteria<'s> {
    /// The customer's e-mail address or upstream `usr_…` id.
    pub customer: &'s str,
    /// The plan of the order.
    pub plan: &'s PlanChoice,
    /// The domains of the order.
    pub domains: BTreeSet<&'s str>,
    /// First and last names of the personas.
    pub people: BTreeSet<(&'s str, &'s str)>,
    /// The order was not placed before this time.
    pub claimed_at: Timestamp,
}

/// An order as upstream showed it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// In whatever shape this edition has.
    pub order: Value,
    /// When, on upstream's clock: comparable with the times of its events.
    pub at: Option<Timestamp>,
}

/// A receipt, and since when its status is true: comparable with the times of events, too.
#[derive(Debug, Clone)]
pub struct SeenReceipt {
    /// The receipt.
    pub receipt: Receipt,
    /// On upstream's clock.
    pub at: Option<Timestamp>,
}

/// The result of a search for an order that may have been placed.
#[derive(Debug)]
pub struct Search {
    /// Newest first: usually one or none.
    pub found: Vec<SeenReceipt>,
    /// When upstream was asked, on its own clock.
    pub at: Option<Timestamp>,
    /// Whether an order was found that may be the one, with too few fields to decide.
    pub is_unclear: bool,
}

/// How a full order compares with the search criteria.
enum Match {
    /// It is the one.
    Same(Box<SeenReceipt>),
    /// It is another one.
    Other,
    /// It is older than the order searched for, and so are the following rows.
    Older,
    /// It does not say.
    Unclear,
}

impl Upstream {
    /// Places an order: sent once, never retried here.
    ///
    /// # Errors
    /// [`UpstreamError::is_certain`] says whether certainly nothing was placed.
    pub async fn place(&self, body: &OrderBody) -> Result<SeenReceipt, UpstreamError> {
        let call = Call { timeout: ORDER_TIMEOUT, urgency: Urgency::Order, ..Call::post("/orders", body.bytes()) };
        let answer = self.call(&call).await?;
        let order = receipt::order_in(&answer.data);
        let now = self.clock.now();
        let known = Known { domain_count: body.domain_count(), at: answer.date.unwrap_or(now) };
        let Some(receipt) = receipt::read(order, known) else {
            return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id });
        };
        if let Some(missing) = receipt::missing(order) {
            tracing::error!(
                alarm = "receipt_incomplete",
                order.id = %receipt.id,
                upstream.request_id = answer.request_id,
                missing,
                "order placed, receipt incomplete"
            );
        }
        Ok(SeenReceipt { receipt, at: receipt::created_at(order, now).or(answer.date) })
    }

    /// The orders that `sought` describes.
    ///
    /// # Errors
    /// Any [`UpstreamError`]; then nothing is known.
    pub async fn find(&self, criteria: &OrderCriteria<'_>) -> Result<Search, UpstreamError> {
        let mut search = Search { found: Vec::new(), at: None, is_unclear: false };
        let mut read = 0;
        let by = if is_user_id(criteria.customer) { "user_id" } else { "user_email" };
        let mut pages =
            pin!(self.pages("/orders", vec![(by.to_owned(), criteria.customer.to_owned())]).take(MAX_PAGES));
        while let Some(page) = pages.try_next().await? {
            search.at = search.at.or(page.at);
            for row in &page.rows {
                let row = receipt::order_in(row);
                if self.is_older(criteria, row) {
                    return Ok(search);
                }
                let Some(id) = receipt::id_of(row) else {
                    tracing::warn!("listed order lacks its id");
                    search.is_unclear = true;
                    continue;
                };
                if !may_be(criteria, row) {
                    continue;
                }
                read += 1;
                if read > MAX_FULL_ORDERS {
                    tracing::warn!("order search stopped after {MAX_FULL_ORDERS} orders");
                    search.is_unclear = true;
                    return Ok(search);
                }
                match self.compare(criteria, &id).await? {
                    Match::Same(seen) => search.found.push(*seen),
                    Match::Other => {}
                    Match::Older => return Ok(search),
                    Match::Unclear => search.is_unclear = true,
                }
            }
        }
        Ok(search)
    }

    /// Whether upstream accepted the order before the claim of the one searched for.
    fn is_older(&self, criteria: &OrderCriteria<'_>, order: &Value) -> bool {
        let created = receipt::created_at(order, self.clock.now());
        created.is_some_and(|at| at < criteria.claimed_at.saturating_sub(LOOK_BACK))
    }

    /// Only the full order says whether the domains are the same.
    async fn compare(&self, criteria: &OrderCriteria<'_>, id: &OrderId) -> Result<Match, UpstreamError> {
        let Seen { order: full, at } = self.observe(id).await?;
        if self.is_older(criteria, &full) {
            return Ok(Match::Older);
        }
        if !may_be(criteria, &full) {
            return Ok(Match::Other);
        }
        let names = domain_names(&full);
        if names.is_empty() {
            tracing::warn!(order.id = %id, "full order lacks domains");
            return Ok(Match::Unclear);
        }
        let same =
            names.len() == criteria.domains.len() && names.iter().all(|name| criteria.domains.contains(name.as_str()));
        let wanted = || criteria.people.iter().map(|(first, last)| (folded(first), folded(last))).collect();
        if !same || people_of(&full).is_some_and(|people| people != wanted()) {
            return Ok(Match::Other);
        }
        let domain_count = u32::try_from(criteria.domains.len()).unwrap_or(u32::MAX);
        let known = Known { domain_count, at: at.unwrap_or_else(|| self.clock.now()) };
        // The list has its id; whether the full order repeats it does not matter.
        let receipt = receipt::read(&full, known).map(|receipt| Receipt { id: id.clone(), ..receipt });
        let bare = || receipt::read(&json!({ "id": id.as_str() }), known);
        Ok(receipt.or_else(bare).map_or(Match::Unclear, |receipt| Match::Same(Box::new(SeenReceipt { receipt, at }))))
    }

    /// The full order and when upstream said so.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn observe(&self, id: &OrderId) -> Result<Seen, UpstreamError> {
        let answer = self.call(&Call::get(format!("/orders/{id}"))).await?;
        if !answer.data.is_object() {
            return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id });
        }
        Ok(Seen { order: receipt::order_in(&answer.data).clone(), at: answer.date })
    }

    /// Cancels the whole order, or some of its domains, at the end of the paid period.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn cancel(&self, id: &OrderId, domains: Option<&[String]>) -> Result<Seen, UpstreamError> {
        let body = domains.map(|domains| Bytes::from(json!({ "domains": domains }).to_string()));
        let call = Call { body, ..Call::new(Method::POST, format!("/orders/{id}/cancel")) };
        let answer = self.call(&call).await?;
        Ok(Seen { order: receipt::order_in(&answer.data).clone(), at: answer.date })
    }
}

/// Whether a listed order may be the one searched for: a missing field is not a difference.
fn may_be(criteria: &OrderCriteria<'_>, order: &Value) -> bool {
    let same_plan = match (order.get("bundle_id"), criteria.plan) {
        (Some(Value::String(bundle)), PlanChoice::Bundle(choice)) => bundle == choice.bundle_id.as_str(),
        (Some(Value::String(bundle)), PlanChoice::Custom(_)) => bundle.is_empty(),
        // `null` means an order without a bundle: docs/upstream.md#receipt.
        (Some(Value::Null), PlanChoice::Bundle(_)) => false,
        _ => true,
    };
    let count = receipt::count_of(order).and_then(|count| usize::try_from(count).ok());
    same_plan && count.is_none_or(|count| count == criteria.domains.len())
}

/// Keys under which an entry of a list of domains may have its name.
const NAME_KEYS: [&str; 3] = ["domain", "name", "domain_name"];

/// The distinct domain names of a full order, whether `domains` is `{registered, imported}`, a list of names,
/// or a list of objects (docs/upstream.md#full-order).
pub fn domain_names(order: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut left: Vec<&Value> = order.get("domains").into_iter().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) => names.extend(root_domain::read(text).ok().map(|name| name.to_string())),
            Value::Array(list) => left.extend(list),
            Value::Object(object) => match NAME_KEYS.iter().find_map(|key| object.get(*key)) {
                Some(name) => left.push(name),
                // Groups, such as `registered` and `imported`.
                None => left.extend(object.values().filter(|group| group.is_array() || group.is_object())),
            },
            _ => {}
        }
    }
    names
}

/// The folded names of the people on a full order (docs/upstream.md#full-order); `None` where it lists none.
fn people_of(order: &Value) -> Option<BTreeSet<(String, String)>> {
    let list = order.get("personas").or_else(|| order.get("users"))?.as_array()?;
    let name = |person: &Value, key: &str| person.get(key).and_then(Value::as_str).map(folded);
    let people: BTreeSet<_> =
        list.iter().filter_map(|person| Some((name(person, "first_name")?, name(person, "last_name")?))).collect();
    (!people.is_empty()).then_some(people)
}

/// A name without what upstream may have tidied: letter case and spaces.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
