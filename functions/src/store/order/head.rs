//! The head of an order: everything but its domains, events and inboxes.

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::model::projection::time_of_version;
use crate::model::sale::{Sale, SaleLabels};
use crate::store::dynamo::item::Json;
use crate::store::notification::of_order::Before;
use serde::Deserialize;
use serde_bytes::ByteBuf;
use shared::ids::OrderId;
use shared::order::{Costs, OrderStatus};

/// The head of an order.
#[derive(Debug, Clone)]
pub struct OrderHead {
    /// The upstream id, such as `ord_8Kq2`.
    pub id: OrderId,
    /// The newest status that reached us.
    pub status: OrderStatus,
    /// The number of domains, once it is known.
    pub domain_count: Option<u32>,
    /// The price that upstream charges.
    pub costs: Option<Costs>,
    /// What it was sold for, if we placed it.
    pub sale: Option<Sale>,
    /// When upstream created it, ISO 8601.
    pub created_at: Option<String>,
    /// When the newest fact about the whole order happened, ISO 8601.
    pub updated_at: String,
    /// When the paid period ends, ISO 8601.
    pub renews_at: Option<String>,
    /// When a cancellation takes effect, ISO 8601.
    pub cancels_at: Option<String>,
    /// The customer: an e-mail address, an upstream id `usr_…`, or a pseudonym.
    pub customer: Option<String>,
    /// All names of the customer, in lower case.
    pub customers: Vec<String>,
    /// The sessions that placed it.
    pub sessions: Vec<String>,
    /// Whether its customer was forgotten.
    pub is_forgotten: bool,
    /// The version of the status.
    pub(crate) version: Option<i64>,
    /// The number of events about the whole order: a writer that removes data compares it, to notice another event.
    pub(crate) event_count: Option<i64>,
    /// Whether its personal data were removed once.
    pub(crate) has_ended: bool,
    /// Whether it was completed once.
    pub(crate) was_completed: bool,
    /// When a change without an event takes effect: some of its domains leave it.
    pub(crate) takes_effect: Option<Timestamp>,
    /// Whether upstream no longer knows it.
    pub(crate) is_gone: bool,
    /// The renewal that the partner was told of, ISO 8601.
    pub(crate) told_renewal: Option<String>,
    pub(super) newest: Option<Timestamp>,
    /// The names of its domains, packed, if they are few.
    pub(super) names: Option<ByteBuf>,
}

/// The item of a head. An event of a domain can come first, so every attribute may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HeadItem {
    status: Option<String>,
    version: Option<i64>,
    domain_count: Option<u32>,
    total_cents: Option<u64>,
    currency: Option<String>,
    sale: Option<Json<Sale>>,
    labels: Option<Json<SaleLabels>>,
    created_at: Option<String>,
    renews_at: Option<String>,
    cancels_at: Option<String>,
    owner: Option<String>,
    customers: Vec<String>,
    session_ids: Vec<String>,
    pub(crate) forgotten: bool,
    event_count: Option<i64>,
    ended: bool,
    was_completed: bool,
    takes_effect: Option<Timestamp>,
    gone: bool,
    seen_at: Option<Timestamp>,
    told_renewal: Option<String>,
    /// The names of its domains, packed, if they are few.
    pub(super) names: Option<ByteBuf>,
    /// The last event of which the payload was removed while the customer is being forgotten.
    pub(crate) swept: Option<String>,
}

impl OrderHead {
    /// What it said before a change of its status.
    pub(crate) fn before(&self) -> Before {
        let status = self.version.map(|_| self.status.clone());
        Before { status, version: self.version, was_completed: self.was_completed }
    }
}

impl HeadItem {
    /// The head of order `id`.
    pub(crate) fn read(self, id: &OrderId) -> OrderHead {
        let created = self.created_at.as_deref().and_then(from_iso);
        let newest = [self.version.map(time_of_version), created, self.seen_at].into_iter().flatten().max();
        let currency = self.currency;
        OrderHead {
            id: id.clone(),
            status: self.status.unwrap_or_else(|| "in_progress".to_owned()).into(),
            domain_count: self.domain_count,
            costs: self
                .total_cents
                .map(|total_cents| Costs { total_cents, currency: currency.unwrap_or_else(|| "usd".to_owned()) }),
            sale: self
                .sale
                .map(|sale| Sale { labels: self.labels.map(|labels| labels.0).unwrap_or_default(), ..sale.0 }),
            created_at: self.created_at,
            updated_at: to_iso(newest.unwrap_or(0)),
            renews_at: self.renews_at,
            cancels_at: self.cancels_at,
            customer: self.owner,
            customers: self.customers,
            sessions: self.session_ids,
            is_forgotten: self.forgotten,
            version: self.version,
            event_count: self.event_count,
            has_ended: self.ended,
            was_completed: self.was_completed,
            takes_effect: self.takes_effect,
            is_gone: self.gone,
            told_renewal: self.told_renewal,
            newest,
            names: self.names,
        }
    }
}
