//! The writes that a receipt makes to its order. An event may have been faster, and what it wrote stays.

use crate::clock::{Timestamp, to_iso};
use crate::model::notification::Notification;
use crate::model::placement::Placement;
use crate::model::projection::version;
use crate::store::StoreError;
use crate::store::dynamo::item::{Item, json_text};
use crate::store::dynamo::update::Update;
use crate::store::dynamo::value::IntoValue;
use crate::store::dynamo::write::Write;
use crate::store::key::Key;
use crate::store::key::index::Queue;
use crate::store::notification::of_order::{Before, Statement};
use crate::store::order::change::{HeadChange, OrderCustomer};
use crate::store::order::documents::{customer_update, first_end_update};
use crate::store::order::facts::{OrderFacts, status_facts};
use crate::store::order::look::SILENT_AFTER;
use crate::store::pack::pack;
use crate::store::retention::tombstone::not_forgotten;
use shared::ids::OrderId;
use shared::order::Receipt;

/// Most bytes of packed names in the head: longer ones would make each of its writes more expensive.
const NAMES_IN_HEAD: usize = 400;

/// The attribute that marks an order whose personal data were removed.
pub(crate) const ENDED: &str = "ended";

/// The attribute with the partner's own words about the sale.
pub(crate) const LABELS: &str = "labels";

/// One of the writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlacedWrite {
    /// The head of the order.
    Head,
    /// The names of its domains.
    Names,
    /// An entry of a customer's list.
    Customer,
    /// The check that the customer was not forgotten.
    ForgottenCheck,
    /// When the personal data of an order end that is over already.
    EndOfPersonalData,
}

/// The writes that make a placed order known.
#[derive(Debug)]
pub(crate) struct Placed {
    head: HeadChange,
    names: Option<Vec<u8>>,
    created_at: String,
    claimed_at: Timestamp,
    /// Whether the order is over. The removal of its personal data may have been before its draft was known to belong to it.
    is_over: bool,
}

impl Placed {
    /// What `receipt` says about the order of `placement`. Its status is of the moment `at`, on the clock of upstream.
    pub(crate) fn new(
        placement: &Placement,
        receipt: &Receipt,
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let names: Vec<&str> =
            placement.sent.iter().flat_map(|sent| sent.order.domains()).map(|entry| entry.domain.as_str()).collect();
        let names = pack(&json_text(&names)?).bytes;
        let facts = OrderFacts::of_receipt(receipt, &placement.customer);
        let mut plain = vec![("placed_at", now.into_value())];
        let in_head = names.len() <= NAMES_IN_HEAD;
        if in_head {
            plain.push(("names", names.clone().into_value()));
        }
        let sale = placement.sale.as_ref().map(json_text).transpose()?.map(|sale| ("sale", sale));
        let labels = placement.sale.as_ref().map(|sale| &sale.labels).filter(|labels| !labels.is_empty());
        let labels = labels.map(json_text).transpose()?.map(|labels| (LABELS, labels));
        let created_at = to_iso(facts.created.unwrap_or(now));
        let mut all = facts.changing.clone();
        all.extend(status_facts(&receipt.status));
        let head = HeadChange {
            facts: all,
            version: at.map_or(0, |at| version(at, receipt.status.rank())),
            // Upstream may answer the same bytes with the receipt of the first time: a stored fact is better.
            only_first: true,
            created_at: Some(created_at.clone()),
            // If an event has ended the order already, one look finds that out.
            next_look: Some(Some((Queue::Unfinished, now.saturating_add(SILENT_AFTER)))),
            plain,
            // The same order may be placed by another session, too: what it was sold for is what the first one paid.
            once: sale.into_iter().chain(labels).map(|(name, text)| (name, text.into_value())).collect(),
            session: Some(placement.session.to_string()),
            customer: OrderCustomer { replaces_shown: true, ..OrderCustomer::of(&facts) },
            ..HeadChange::default()
        };
        let (names, is_over) = ((!in_head).then_some(names), receipt.status.is_final());
        Ok(Self { head, names, created_at, claimed_at: placement.claimed_at, is_over })
    }

    /// The notification of the status in `receipt`, as long as no other status is stored.
    pub(crate) fn notification(&self, receipt: &Receipt, now: Timestamp) -> Option<Notification> {
        let version = match self.head.version {
            0 => version(now, receipt.status.rank()),
            version => version,
        };
        let statement = Statement { order: &receipt.id, status: &receipt.status, version, cancels_at: None };
        self.head.changes_status().then(|| statement.notification(&Before::default(), &[])).flatten()
    }

    /// Leaves out facts of which `found`, the stored head, has a version. `false`: there are none.
    pub(crate) fn leave_out_older(&mut self, found: &Item) -> bool {
        self.is_over |= found.contains_key(ENDED);
        self.head.leave_out_older(found)
    }

    /// Replaces the customer, who was forgotten while the order was on its way.
    pub(crate) fn strip(&mut self, pseudonym: &str) {
        self.head.customer.replace_by(pseudonym);
        self.head.once.retain(|(name, _)| *name != LABELS);
    }

    /// The pseudonym of the customer, once it was forgotten.
    pub(crate) fn pseudonym(&self) -> Option<&str> {
        self.head.customer.pseudonym.as_deref()
    }

    /// The writes to order `id`, with the checks that its customer was not forgotten. Its personal data end at `end` if it is
    /// over.
    pub(crate) fn writes(&self, id: &OrderId, end: Timestamp) -> Vec<(PlacedWrite, Write)> {
        let mut writes = vec![(PlacedWrite::Head, self.head.update(id).into())];
        if let Some(names) = &self.names {
            let update = Update::of(Key::order_names(id)).set("names", names.clone());
            writes.push((PlacedWrite::Names, update.into()));
        }
        if self.is_over {
            writes.push((PlacedWrite::EndOfPersonalData, first_end_update(id, end).into()));
        }
        for customer in &self.head.customer.names {
            writes.push((PlacedWrite::Customer, customer_update(id, customer, &self.created_at).into()));
            if self.pseudonym().is_none() {
                writes.push((PlacedWrite::ForgottenCheck, not_forgotten(customer, self.claimed_at).into()));
            }
        }
        writes
    }
}
