//! Orders upstream: placing one, finding one that may have been placed, and what it waits for.

use crate::clock::{Timestamp, from_iso};
use crate::upstream::order_body::OrderBody;
use crate::upstream::{ORDER_TIMEOUT, READ_TIMEOUT, Upstream, UpstreamError};
use axum::http::{Method, StatusCode};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use shared::answers::PendingAction;
use shared::domain_name::DomainName;
use shared::ids::OrderId;
use shared::order::{OrderStatus, Receipt};
use shared::plan::PlanChoice;
use std::collections::BTreeSet;
use std::pin::pin;

/// Pages of a customer's orders that are looked through: 10 × 100, newest first, back to the claim.
const MAX_PAGES: usize = 10;
/// Seconds by which upstream's clock may be behind ours when orders "since the claim" are looked for.
const LOOK_BACK: Timestamp = 15 * 60;

/// What is known of an order that may have been placed.
#[derive(Debug)]
pub struct Sought<'s> {
    /// Whose.
    pub customer: &'s str,
    /// Under which plan.
    pub plan: &'s PlanChoice,
    /// With which domains.
    pub domains: BTreeSet<&'s str>,
    /// For whom: first and last names.
    pub people: BTreeSet<(&'s str, &'s str)>,
    /// Not before.
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

/// What was found of an order that may have been placed.
#[derive(Debug)]
pub struct Search {
    /// Newest first: usually one or none.
    pub found: Vec<SeenReceipt>,
    /// When upstream was asked, on its own clock.
    pub at: Option<Timestamp>,
}

impl Upstream {
    /// Places an order: sent once, never retried here.
    ///
    /// # Errors
    /// [`UpstreamError::is_certain`] tells whether it is certain that nothing was placed.
    pub async fn place(&self, body: &OrderBody) -> Result<SeenReceipt, UpstreamError> {
        let answer = self.send(Method::POST, "/orders", &[], Some(body.bytes()), ORDER_TIMEOUT).await?;
        let request_id = answer.request_id;
        let receipt: Receipt = serde_json::from_value(answer.data)
            .map_err(|_| UpstreamError::Unreadable { status: StatusCode::OK, request_id })?;
        let at = from_iso(&receipt.created_at);
        Ok(SeenReceipt { receipt, at })
    }

    /// The orders that `sought` describes.
    ///
    /// # Errors
    /// Any [`UpstreamError`]; then nothing is known.
    pub async fn find(&self, sought: &Sought<'_>) -> Result<Search, UpstreamError> {
        let mut search = Search { found: Vec::new(), at: None };
        let by = if sought.customer.starts_with("usr_") { "user_id" } else { "user_email" };
        let mut pages = pin!(self.pages("/orders", vec![(by.to_owned(), sought.customer.to_owned())]).take(MAX_PAGES));
        while let Some(page) = pages.try_next().await? {
            search.at = search.at.or(page.at);
            for row in &page.rows {
                let created = row.get("created_at").and_then(Value::as_str).and_then(from_iso);
                if created.is_some_and(|at| at < sought.claimed_at.saturating_sub(LOOK_BACK)) {
                    return Ok(search);
                }
                search.found.extend(self.matches(sought, row).await?);
            }
        }
        Ok(search)
    }

    /// A list row names the plan and the count; whether the domains are the same only the full order tells.
    async fn matches(&self, sought: &Sought<'_>, row: &Value) -> Result<Option<SeenReceipt>, UpstreamError> {
        let Ok(mut receipt) = serde_json::from_value::<Receipt>(row.clone()) else {
            return Ok(None);
        };
        let bundle = row.get("bundle_id").and_then(Value::as_str);
        let same_plan = match sought.plan {
            PlanChoice::Bundle(choice) => bundle == Some(choice.bundle_id.as_str()),
            PlanChoice::Custom(_) => bundle.is_none(),
        };
        if !same_plan || usize::try_from(receipt.domain_count).ok() != Some(sought.domains.len()) {
            return Ok(None);
        }
        let Seen { order: full, at } = self.observe(&receipt.id).await?;
        let names = domain_names(&full);
        let same =
            names.len() == sought.domains.len() && names.iter().all(|name| sought.domains.contains(name.as_str()));
        let people = people_of(&full);
        let same_people = people.is_none_or(|people| people == sought.people);
        if let Some(status) = full.get("status").and_then(Value::as_str) {
            receipt.status = OrderStatus::from(status.to_owned());
        }
        Ok((same && same_people).then_some(SeenReceipt { receipt, at }))
    }

    /// The full order, in whatever shape this edition has.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn order(&self, id: &OrderId) -> Result<Value, UpstreamError> {
        Ok(self.observe(id).await?.order)
    }

    /// The full order and when upstream said so.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn observe(&self, id: &OrderId) -> Result<Seen, UpstreamError> {
        let answer = self.read(&format!("/orders/{id}"), &[]).await?;
        Ok(Seen { order: answer.data, at: answer.date })
    }

    /// Cancels the whole order, or some of its domains, at the end of what is paid.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn cancel(&self, id: &OrderId, domains: Option<&[String]>) -> Result<Seen, UpstreamError> {
        let body = domains.map(|domains| Bytes::from(json!({ "domains": domains }).to_string()));
        let answer = self.send(Method::POST, &format!("/orders/{id}/cancel"), &[], body, READ_TIMEOUT).await?;
        Ok(Seen { order: answer.data, at: answer.date })
    }

    /// What the order waits for.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn pending_actions(&self, id: &OrderId) -> Result<Vec<PendingAction>, UpstreamError> {
        let page = self.read("/orders/pending", &[("order_id", id.as_str()), ("per_page", "100")]).await?;
        let rows = page.data.as_array().cloned().unwrap_or_default();
        Ok(rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect())
    }
}

/// The distinct domain names of a full order, whether `domains` is `{registered, imported}`, a list of names,
/// or a list of objects (reference, 5.3).
pub fn domain_names(order: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut collect = |list: &Value| {
        for entry in list.as_array().map(Vec::as_slice).unwrap_or_default() {
            let text = entry.as_str().or_else(|| entry.get("domain").and_then(Value::as_str));
            names.extend(text.and_then(|text| DomainName::parse(text).ok()).map(|name| name.to_string()));
        }
    };
    match order.get("domains") {
        Some(Value::Object(groups)) => groups.values().for_each(&mut collect),
        Some(list) => collect(list),
        None => {}
    }
    names
}

/// The names of the people on a full order: `personas` (June) or `users` (May); `None` where it lists none.
fn people_of(order: &Value) -> Option<BTreeSet<(&str, &str)>> {
    let list = order.get("personas").or_else(|| order.get("users"))?.as_array()?;
    let people: BTreeSet<_> = list
        .iter()
        .filter_map(|person| Some((person.get("first_name")?.as_str()?, person.get("last_name")?.as_str()?)))
        .collect();
    (!people.is_empty()).then_some(people)
}
