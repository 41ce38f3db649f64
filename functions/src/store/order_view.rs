//! What is shown of an order, from the items of its partition.

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::model::projection::time_of_version;
use crate::store::inboxes;
use crate::store::item::{Item, get_bytes, get_flag, get_i64, get_text, get_texts, get_u64};
use crate::store::order_facts::{STATUS_VERSION, WAS_COMPLETED};
use crate::store::order_items::{DOMAINS, EVENTS, HEAD, INBOXES};
use crate::store::pack::unpack;
use shared::answers::{DomainView, InboxView, OrderView, TimelineEntry};
use shared::customer::customer_key;
use shared::ids::OrderId;
use shared::order::{Costs, OrderStatus};
use std::collections::{BTreeMap, BTreeSet};

/// Entries of a timeline that are shown, the newest ones: 1,000 domains with ten events each, and some to spare. With
/// names of 67 characters they are 2.3 MB of an answer that may have 6.
const LONGEST_TIMELINE: usize = 12_000;
/// Bytes of inboxes and timeline together: with the largest full order beside them an answer stays below Lambda's 6 MB.
const MOST_BYTES: usize = 3_400_000;
/// Bytes of the keys of an inbox, or of an entry of the timeline.
const KEYS_OF_ROW: usize = 56;

/// An order as the table knows it.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    /// What is shown of it.
    pub view: OrderView,
    /// Sessions that placed it.
    pub sessions: Vec<String>,
    /// Whose it is: an e-mail address, upstream's `usr_…`, or a keyed hash once the customer was forgotten.
    pub customer: Option<String>,
    /// All that the customer is known by, in lower case.
    pub customers: Vec<String>,
}

impl StoredOrder {
    /// Whether it belongs to `customer`, in whatever letter case.
    pub fn belongs_to(&self, customer: &str) -> bool {
        self.customers.contains(&customer_key(customer))
    }
}

/// What the head of an order says: all but its domains, events and inboxes.
#[derive(Debug, Clone)]
pub struct OrderHead {
    /// Upstream's `ord_…`.
    pub id: OrderId,
    /// The newest status that reached us.
    pub status: OrderStatus,
    /// Domains in it, once that is known.
    pub domain_count: Option<u32>,
    /// Upstream's price.
    pub costs: Option<Costs>,
    /// When upstream took it.
    pub created_at: Option<String>,
    /// When the newest fact about the whole order happened, ISO 8601.
    pub updated_at: String,
    /// When the paid period ends.
    pub renews_at: Option<String>,
    /// When a cancellation takes effect.
    pub cancels_at: Option<String>,
    /// Whose it is.
    pub customer: Option<String>,
    /// All that the customer is known by, in lower case.
    pub customers: Vec<String>,
    /// Sessions that placed it.
    pub sessions: Vec<String>,
    /// Whether its customer was forgotten.
    pub is_forgotten: bool,
    /// Version of the status.
    pub(crate) version: Option<i64>,
    /// Events about the whole order so far: who means to remove something for good sees whether another one has come.
    pub(crate) event_count: Option<i64>,
    /// Whether its personal data have ended once.
    pub(crate) has_ended: bool,
    /// Whether it was completed once.
    pub(crate) was_completed: bool,
    /// When something takes effect that has no event: some of its domains leave it.
    pub(crate) takes_effect: Option<Timestamp>,
    /// Whether nobody upstream knows it any more.
    pub(crate) is_gone: bool,
    newest: Option<Timestamp>,
}

pub(crate) fn read_head(id: &OrderId, item: &Item) -> OrderHead {
    let own = |name: &str| get_text(item, name).map(str::to_owned);
    let version = get_i64(item, STATUS_VERSION);
    let created_at = own("created_at");
    let known = [version.map(time_of_version), created_at.as_deref().and_then(from_iso), get_i64(item, "seen_at")];
    let newest = known.into_iter().flatten().max();
    OrderHead {
        id: id.clone(),
        // An event of a domain can come before anything is known of the order itself.
        status: get_text(item, "status").unwrap_or("in_progress").to_owned().into(),
        domain_count: get_u64(item, "domain_count").and_then(|count| u32::try_from(count).ok()),
        costs: get_u64(item, "total_cents")
            .map(|total_cents| Costs { total_cents, currency: get_text(item, "currency").unwrap_or("usd").to_owned() }),
        created_at,
        updated_at: to_iso(newest.unwrap_or(0)),
        renews_at: own("renews_at"),
        cancels_at: own("cancels_at"),
        customer: own("owner"),
        customers: get_texts(item, "customers"),
        sessions: get_texts(item, "session_ids"),
        is_forgotten: get_flag(item, "forgotten"),
        version,
        event_count: get_i64(item, "event_count"),
        has_ended: get_flag(item, "ended"),
        was_completed: get_flag(item, WAS_COMPLETED),
        takes_effect: get_i64(item, "takes_effect"),
        is_gone: get_flag(item, "gone"),
        newest,
    }
}

/// The whole order from all items whose sort key begins with the head's.
pub(crate) fn read_order(id: &OrderId, items: &[Item]) -> StoredOrder {
    let sk = |item: &Item| get_text(item, "sk").unwrap_or_default().to_owned();
    let nothing = Item::new();
    let head = read_head(id, items.iter().find(|item| sk(item) == HEAD).unwrap_or(&nothing));
    let mut timeline = read_timeline(items);
    let whole = items.iter().find(|item| sk(item) == INBOXES);
    let of_domains: Vec<(&str, &Item)> = items
        .iter()
        .filter_map(|item| Some((get_text(item, "sk")?.strip_prefix(INBOXES)?.strip_prefix('#')?, item)))
        .collect();
    let (inboxes, cut) = inboxes::merge(whole, &of_domains);
    let live = inboxes.iter().map(|inbox| inbox.domain.as_str()).collect();
    let domains = read_domains(items, &head, &live);
    let newest_entry = timeline.last().and_then(|entry| from_iso(&entry.at));
    let older = timeline.len().saturating_sub(shown_entries(&timeline, &inboxes));
    timeline.drain(..older);
    let newest = head.newest.max(newest_entry);
    let view = OrderView {
        id: id.to_string(),
        is_final: head.status.is_final(),
        status: head.status,
        domain_count: head.domain_count.unwrap_or_else(|| u32::try_from(domains.len()).unwrap_or(u32::MAX)),
        costs: head.costs,
        domains,
        inboxes,
        inboxes_truncated: cut,
        pending_actions: Vec::new(),
        timeline,
        timeline_truncated: older > 0,
        created_at: head.created_at,
        renews_at: head.renews_at,
        cancels_at: head.cancels_at,
        updated_at: to_iso(newest.unwrap_or(0)),
    };
    StoredOrder { view, sessions: head.sessions, customer: head.customer, customers: head.customers }
}

/// How many of the newest entries fit into the answer beside the inboxes.
fn shown_entries(timeline: &[TimelineEntry], inboxes: &[InboxView]) -> usize {
    let of_inbox = |inbox: &InboxView| {
        let provider = inbox.provider.as_ref().map_or(0, String::len);
        inbox.address.len().saturating_add(inbox.domain.len()).saturating_add(provider).saturating_add(KEYS_OF_ROW)
    };
    let mut room = MOST_BYTES.saturating_sub(inboxes.iter().map(of_inbox).sum());
    let fits = |entry: &&TimelineEntry| {
        let domain = entry.domain.as_ref().map_or(0, String::len);
        let texts = [entry.event_id.len(), entry.kind.len(), entry.at.len(), domain, KEYS_OF_ROW];
        let left = room.checked_sub(texts.into_iter().sum());
        room = left.unwrap_or(0);
        left.is_some()
    };
    timeline.iter().rev().take(LONGEST_TIMELINE).take_while(fits).count()
}

fn read_timeline(items: &[Item]) -> Vec<TimelineEntry> {
    let mut entries: Vec<TimelineEntry> = items
        .iter()
        .filter_map(|item| {
            Some(TimelineEntry {
                event_id: get_text(item, "sk")?.strip_prefix(EVENTS)?.to_owned(),
                kind: get_text(item, "t")?.to_owned(),
                at: get_text(item, "a")?.to_owned(),
                domain: get_text(item, "d").map(str::to_owned),
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

/// `live`: those that have inboxes.
fn read_domains(items: &[Item], head: &OrderHead, live: &BTreeSet<&str>) -> Vec<DomainView> {
    let status = &head.status;
    // `completed` means that every domain is live (docs/upstream.md#order-status), even if an event of one is missing.
    let otherwise = match status {
        OrderStatus::Completed => "connected",
        // It may be cancelled before it is complete.
        OrderStatus::CancelScheduled if head.was_completed => "connected",
        OrderStatus::Failed => "failed",
        OrderStatus::Cancelled => "cancelled",
        _ => "in_progress",
    };
    let over = matches!(status, OrderStatus::Completed | OrderStatus::Cancelled);
    let names = items.iter().find_map(|item| get_bytes(item, "names")).and_then(unpack);
    let names: Vec<String> = names.and_then(|names| serde_json::from_str(&names).ok()).unwrap_or_default();
    let is_live = |name: &str| *status == OrderStatus::CancelScheduled && live.contains(name);
    let word = |name: &str| if is_live(name) { "connected" } else { otherwise };
    let row = |domain: String| DomainView { status: word(&domain).to_owned(), domain, provider: None };
    let mut rows: BTreeMap<String, DomainView> = names.into_iter().map(|name| (name.clone(), row(name))).collect();
    for item in items {
        let Some(domain) = get_text(item, "sk").and_then(|sk| sk.strip_prefix(DOMAINS)) else {
            continue;
        };
        let reported = get_text(item, "s").filter(|_| !over).unwrap_or(word(domain));
        let provider = get_text(item, "p").map(str::to_owned);
        let row = DomainView { domain: domain.to_owned(), status: reported.to_owned(), provider };
        rows.insert(row.domain.clone(), row);
    }
    rows.into_values().collect()
}
