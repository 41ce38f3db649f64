//! What is shown of an order, from the items of its partition.

use crate::clock::{from_iso, to_iso};
use crate::model::sale::Sale;
use crate::store::StoreError;
use crate::store::dynamo::item::{Item, from_item, key_of};
use crate::store::key::OrderItem;
use crate::store::order::documents::{DomainItem, EntryItem, NamesItem};
use crate::store::order::head::{HeadItem, OrderHead};
use crate::store::order::inboxes::{self, InboxesItem};
use crate::store::pack::unpack;
use serde_bytes::ByteBuf;
use shared::answers::{DomainView, InboxView, OrderView, TimelineEntry};
use shared::customer::customer_key;
use shared::ids::OrderId;
use shared::order::OrderStatus;
use std::collections::{BTreeMap, BTreeSet};

/// Most entries of a timeline that are shown, the newest ones: 1,000 domains with ten events each, and some to spare. With
/// names of 67 characters they are 2.3 MB of an answer that may have 6.
const LONGEST_TIMELINE: usize = 12_000;
/// Bytes of inboxes and timeline together: with the largest full order beside them an answer stays below Lambda's 6 MB.
const MOST_BYTES: usize = 3_400_000;
/// Bytes of the keys of an inbox, or of an entry of the timeline.
const KEYS_OF_ROW: usize = 56;

/// An order in the table.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    /// What is shown of it.
    pub view: OrderView,
    /// What it was sold for, if we placed it.
    pub sale: Option<Sale>,
    /// The sessions that placed it.
    pub sessions: Vec<String>,
    /// The customer: an e-mail address, an upstream id `usr_…`, or a pseudonym once the customer was forgotten.
    pub customer: Option<String>,
    /// All names of the customer, in lower case.
    pub customers: Vec<String>,
}

impl StoredOrder {
    /// Whether it belongs to `customer`, in any letter case.
    pub fn belongs_to(&self, customer: &str) -> bool {
        self.customers.contains(&customer_key(customer))
    }
}

/// The items of one order, by what they are.
#[derive(Debug, Default)]
struct OrderItems {
    head: HeadItem,
    names: Option<ByteBuf>,
    domains: BTreeMap<String, DomainItem>,
    timeline: Vec<TimelineEntry>,
    inboxes: Option<InboxesItem>,
    domain_inboxes: Vec<(String, InboxesItem)>,
}

impl OrderItems {
    fn read(items: Vec<Item>) -> Result<Self, StoreError> {
        let mut found = Self::default();
        for item in items {
            let key = key_of(&item)?;
            match key.order_item() {
                Some(OrderItem::Head) => found.head = from_item(item)?,
                Some(OrderItem::Names) => found.names = Some(from_item::<NamesItem>(item)?.names),
                Some(OrderItem::Domain(name)) => {
                    found.domains.insert(name.to_owned(), from_item(item)?);
                }
                Some(OrderItem::Event(id)) => {
                    let EntryItem { kind, at, domain } = from_item(item)?;
                    found.timeline.push(TimelineEntry { event_id: id.to_owned(), kind, at, domain });
                }
                Some(OrderItem::Inboxes) => found.inboxes = Some(from_item(item)?),
                Some(OrderItem::DomainInboxes(name)) => found.domain_inboxes.push((name.to_owned(), from_item(item)?)),
                None => {}
            }
        }
        Ok(found)
    }

    /// The names that the order was placed with, once they are known.
    fn take_names(&mut self) -> Vec<String> {
        let packed = self.head.names.take().or_else(|| self.names.take());
        let json = packed.and_then(|packed| unpack(&packed));
        json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
    }
}

/// The whole order from all items of its partition that a status shows.
pub(crate) fn read_order(id: &OrderId, items: Vec<Item>) -> Result<StoredOrder, StoreError> {
    let mut items = OrderItems::read(items)?;
    let names = items.take_names();
    let head = items.head.read(id);
    let (inboxes, cut) = inboxes::merge(items.inboxes.as_ref(), &items.domain_inboxes);
    let live = inboxes.iter().map(|inbox| inbox.domain.as_str()).collect();
    let domains = read_domains(names, items.domains, &head, &live);
    let mut timeline = sorted(items.timeline);
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
        charge: None,
        domains_renewal: None,
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
    Ok(StoredOrder {
        view,
        sale: head.sale,
        sessions: head.sessions,
        customer: head.customer,
        customers: head.customers,
    })
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

/// Entries by time. Whole seconds tie often: then a later status comes later, and ids decide the rest.
fn sorted(mut entries: Vec<TimelineEntry>) -> Vec<TimelineEntry> {
    entries.sort_by_cached_key(|entry| {
        let verb = entry.kind.strip_prefix("order.").unwrap_or("action_required").to_owned();
        let rank = OrderStatus::from(verb).rank();
        (from_iso(&entry.at), rank, entry.event_id.clone())
    });
    entries
}

/// The rows of the domains. `live` are those that have inboxes.
fn read_domains(
    names: Vec<String>,
    items: BTreeMap<String, DomainItem>,
    head: &OrderHead,
    live: &BTreeSet<&str>,
) -> Vec<DomainView> {
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
    let is_over = matches!(status, OrderStatus::Completed | OrderStatus::Cancelled);
    let is_live = |name: &str| *status == OrderStatus::CancelScheduled && live.contains(name);
    let word = |name: &str| if is_live(name) { "connected" } else { otherwise };
    let row = |domain: String| DomainView { status: word(&domain).to_owned(), domain, provider: None };
    let mut rows: BTreeMap<String, DomainView> = names.into_iter().map(|name| (name.clone(), row(name))).collect();
    for (domain, item) in items {
        let reported = item.status.filter(|_| !is_over).unwrap_or_else(|| word(&domain).to_owned());
        let row = DomainView { domain: domain.clone(), status: reported, provider: item.provider };
        rows.insert(domain, row);
    }
    rows.into_values().collect()
}
