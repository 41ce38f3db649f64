//! Orders in the table: one item each, read by one key, written so that the order of writes does not matter.
//!
//! An item is made of three kinds of facts, each of which can be written in any order and any number of times:
//! the newest status (guarded by a version that only grows), one entry per event (`t#<event>`), and one row per
//! domain (`d#<name>`, guarded by its own version).

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::placement::state::Placement;
use crate::store::error::was_written;
use crate::store::item::{Item, get_i64, get_text, get_u64, key, number, text};
use crate::store::list::order_place;
use crate::store::redact::Kept;
use crate::store::table::Waits;
use crate::store::{Store, StoreError};
use crate::webhook::projection::version;
use aws_sdk_dynamodb::types::{AttributeValue, Update};
use shared::answers::{DomainView, OrderView, TimelineEntry};
use shared::ids::{OrderId, SessionId};
use shared::order::{Costs, OrderStatus, Receipt};

/// Seconds of silence after which an order that is not final is looked up: upstream usually takes hours.
pub const SILENT_AFTER: Timestamp = 60 * 60;

pub(crate) fn order_key(id: &OrderId) -> Item {
    key(format!("ORDER#{id}"), "ORDER")
}

/// An order as the table knows it.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    /// What is shown of it.
    pub view: OrderView,
    /// Sessions that may read it.
    pub sessions: Vec<String>,
    /// Whose it is: an e-mail address, upstream's `usr_…`, or a keyed hash once the customer was forgotten.
    pub customer: Option<String>,
}

impl StoredOrder {
    /// Whether `session` placed it.
    pub fn is_of(&self, session: &SessionId) -> bool {
        self.sessions.iter().any(|id| id == session.as_str())
    }
}

impl Store {
    /// One order, as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order(&self, id: &OrderId) -> Result<Option<StoredOrder>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(order_key(id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(found.item.as_ref().map(|item| read(id, item)))
    }

    /// Those of `ids` that the table knows, in that order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn orders(&self, ids: &[OrderId]) -> Result<Vec<StoredOrder>, StoreError> {
        let items = self.read_batch(ids.iter().map(order_key).collect()).await?;
        let of = |id: &OrderId| {
            let pk = format!("ORDER#{id}");
            items.iter().find(|item| get_text(item, "pk") == Some(pk.as_str())).map(|item| read(id, item))
        };
        Ok(ids.iter().filter_map(of).collect())
    }

    /// The full order as upstream had it last, without people; `None` when nobody has brought it yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn full_order(&self, id: &OrderId) -> Result<Option<serde_json::Value>, StoreError> {
        let items = self.read_batch(vec![key(format!("ORDER#{id}"), "DOC")]).await?;
        Ok(items.first().and_then(|item| serde_json::from_str(get_text(item, "doc")?).ok()))
    }

    /// Keeps the full order as upstream said it at `at`, unless something newer is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_full_order(
        &self,
        id: &OrderId,
        order: &serde_json::Value,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let status = order.get("status").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let doc = Kept::without_people(order).json();
        let kept = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("ORDER#{id}"), "DOC")))
            .update_expression("SET doc = :doc, version = :version")
            .condition_expression("attribute_not_exists(version) OR version < :version")
            .expression_attribute_values(":doc", text(doc))
            .expression_attribute_values(":version", number(version(at, OrderStatus::from(status).rank())))
            .send()
            .await;
        was_written(kept)?;
        self.note_origin(id, order).await
    }

    /// What never changes, for an order that nobody here placed and whose events were thin.
    async fn note_origin(&self, id: &OrderId, order: &serde_json::Value) -> Result<(), StoreError> {
        let field = |name: &str| order.get(name).and_then(serde_json::Value::as_str).filter(|word| !word.is_empty());
        let Some((created_at, (list, list_at))) =
            field("created_at").and_then(|at| Some((at, order_place(&format!("ORDER#{id}"), at)?)))
        else {
            return Ok(());
        };
        let mut sets = vec![
            "created_at = if_not_exists(created_at, :created)",
            "#list = if_not_exists(#list, :list)",
            "list_at = if_not_exists(list_at, :list_at)",
        ];
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(order_key(id)))
            .expression_attribute_names("#list", "list")
            .expression_attribute_values(":created", text(created_at))
            .expression_attribute_values(":list", text(list))
            .expression_attribute_values(":list_at", text(list_at));
        if let Some(email) = field("email") {
            sets.push("customer = if_not_exists(customer, :customer)");
            update = update.expression_attribute_values(":customer", text(email));
        }
        update
            .update_expression(format!("SET {}", sets.join(", ")))
            .send()
            .await
            .map(|_| ())
            .map_err(StoreError::from_sdk)
    }
}

/// What a receipt says of its order. An event may have been faster: what it said stays. One that comes later and is
/// older changes nothing: a receipt that was found upstream may be newer than most.
pub(crate) fn receipt_update(
    table: &str,
    placement: &Placement,
    receipt: &Receipt,
    at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Update, StoreError> {
    let since = at.map_or(0, |at| version(at, receipt.status.rank()));
    let names: Vec<&str> =
        placement.sent.iter().flat_map(|sent| sent.order.domains()).map(|entry| entry.domain.as_str()).collect();
    let names = serde_json::to_string(&names).map_err(StoreError::from_build)?;
    let mut sets = vec![
        "#status = if_not_exists(#status, :status)",
        "version = if_not_exists(version, :version)",
        "customer = :customer",
        "created_at = :created",
        "domain_count = :count",
        "domain_names = :names",
        "placed_at = :now",
        // Should an event have ended it already, one look will find that out.
        "open_shard = :shard",
        "open_due = :due",
    ];
    let mut update = Update::builder()
        .table_name(table)
        .set_key(Some(order_key(&receipt.id)))
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":status", text(receipt.status.as_str()))
        .expression_attribute_values(":version", number(since))
        .expression_attribute_values(":customer", text(&placement.customer))
        .expression_attribute_values(":created", text(&receipt.created_at))
        .expression_attribute_values(":count", number(receipt.domain_count))
        .expression_attribute_values(":names", text(names))
        .expression_attribute_values(":now", number(now))
        .expression_attribute_values(":shard", text(Waits::Open.shard_of(receipt.id.as_str())))
        .expression_attribute_values(":due", number(now.saturating_add(SILENT_AFTER)))
        .expression_attribute_values(":session", AttributeValue::Ss(vec![placement.session.to_string()]));
    if let Some((list, list_at)) = order_place(&format!("ORDER#{}", receipt.id), &receipt.created_at) {
        sets.extend(["#list = :list", "list_at = :list_at"]);
        update = update
            .expression_attribute_names("#list", "list")
            .expression_attribute_values(":list", text(list))
            .expression_attribute_values(":list_at", text(list_at));
    }
    if let Some(costs) = &receipt.costs {
        sets.extend(["total_cents = :total", "currency = :currency"]);
        update = update
            .expression_attribute_values(":total", number(costs.total_cents))
            .expression_attribute_values(":currency", text(&costs.currency));
    }
    update
        .update_expression(format!("SET {} ADD session_ids :session", sets.join(", ")))
        .build()
        .map_err(StoreError::from_build)
}

/// The attribute of one event.
pub(crate) const TIMELINE_PREFIX: &str = "t#";
/// How many events came: a reader who means to change something for good sees whether another one has.
pub(crate) const EVENT_COUNT: &str = "event_count";
/// The attribute of one domain.
pub(crate) const DOMAIN_PREFIX: &str = "d#";

fn read(id: &OrderId, item: &Item) -> StoredOrder {
    // An event of a domain can come before anything is known of the order itself.
    let status: OrderStatus = get_text(item, "status").unwrap_or("in_progress").to_owned().into();
    let timeline = read_timeline(item);
    let created_at = get_text(item, "created_at").map(str::to_owned);
    let known = [
        timeline.last().and_then(|entry| from_iso(&entry.at)),
        created_at.as_deref().and_then(from_iso),
        get_i64(item, "seen_at"),
    ];
    let domains = read_domains(item, &status);
    // The newest event that knows, or the receipt.
    let count = newest_with(item, "domain_count").and_then(|fact| get_u64(fact, "domain_count"));
    let count = count.and_then(|count| u32::try_from(count).ok());
    let priced = newest_with(item, "total_cents");
    let view = OrderView {
        id: id.to_string(),
        is_final: status.is_final(),
        status,
        domain_count: count.unwrap_or_else(|| u32::try_from(domains.len()).unwrap_or(u32::MAX)),
        costs: priced.and_then(|fact| {
            let currency = get_text(fact, "currency").unwrap_or("usd").to_owned();
            Some(Costs { total_cents: get_u64(fact, "total_cents")?, currency })
        }),
        domains,
        pending_actions: Vec::new(),
        timeline,
        created_at,
        updated_at: to_iso(known.into_iter().flatten().max().unwrap_or(0)),
    };
    StoredOrder { view, sessions: sessions_of(item), customer: get_text(item, "customer").map(str::to_owned) }
}

/// The sessions that may read the order.
pub(crate) fn sessions_of(item: &Item) -> Vec<String> {
    item.get("session_ids").and_then(|set| set.as_ss().ok()).cloned().unwrap_or_default()
}

/// The newest of the item's events that has the attribute `name`; the item itself, where the receipt stands, when none.
fn newest_with<'i>(item: &'i Item, name: &str) -> Option<&'i Item> {
    let events = item.iter().filter(|(attribute, _)| attribute.starts_with(TIMELINE_PREFIX));
    let knowing = events.filter_map(|(attribute, value)| Some((attribute, value.as_m().ok()?)));
    knowing
        .filter(|(_, fact)| fact.contains_key(name))
        .max_by_key(|(attribute, fact)| (get_i64(fact, "version"), attribute.as_str()))
        .map(|(_, fact)| fact)
        .or_else(|| item.contains_key(name).then_some(item))
}

fn read_timeline(item: &Item) -> Vec<TimelineEntry> {
    let mut entries: Vec<TimelineEntry> = item
        .iter()
        .filter_map(|(name, value)| {
            let fact = value.as_m().ok()?;
            Some(TimelineEntry {
                event_id: name.strip_prefix(TIMELINE_PREFIX)?.to_owned(),
                kind: get_text(fact, "type")?.to_owned(),
                at: get_text(fact, "at")?.to_owned(),
                domain: get_text(fact, "domain").map(str::to_owned),
            })
        })
        .collect();
    // Whole seconds tie often: what is further along comes later, and ids settle the rest.
    entries.sort_by_cached_key(|entry| {
        let verb = entry.kind.strip_prefix("order.").unwrap_or("action_required").to_owned();
        let rank = OrderStatus::from(verb).rank();
        (from_iso(&entry.at), rank, entry.event_id.clone())
    });
    entries
}

fn read_domains(item: &Item, status: &OrderStatus) -> Vec<DomainView> {
    // `completed` means that every domain is live (reference, 5.4), whatever became of the single events.
    let otherwise = match status {
        OrderStatus::Completed | OrderStatus::CancelScheduled => "connected",
        OrderStatus::Failed => "failed",
        OrderStatus::Cancelled => "cancelled",
        _ => "in_progress",
    };
    let names: Vec<String> =
        get_text(item, "domain_names").and_then(|names| serde_json::from_str(names).ok()).unwrap_or_default();
    let mut rows: Vec<DomainView> =
        names.into_iter().map(|domain| DomainView { domain, status: otherwise.to_owned(), provider: None }).collect();
    for (name, value) in item {
        let (Some(domain), Ok(fact)) = (name.strip_prefix(DOMAIN_PREFIX), value.as_m()) else {
            continue;
        };
        let reported = get_text(fact, "status").unwrap_or(otherwise);
        let over = matches!(status, OrderStatus::Completed | OrderStatus::Cancelled);
        let row = DomainView {
            domain: domain.to_owned(),
            status: if over { otherwise } else { reported }.to_owned(),
            provider: get_text(fact, "provider").map(str::to_owned),
        };
        match rows.iter_mut().find(|known| known.domain == row.domain) {
            Some(known) => *known = row,
            None => rows.push(row),
        }
    }
    rows.sort_by(|a, b| a.domain.cmp(&b.domain));
    rows
}
