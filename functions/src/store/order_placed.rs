//! What a receipt makes known of its order: an event may have been faster, and what it said stays.

use crate::clock::{Timestamp, to_iso};
use crate::model::placement::Placement;
use crate::model::projection::version;
use crate::store::item::{Item, bytes, key, number};
use crate::store::open::SILENT_AFTER;
use crate::store::order_facts::{OrderFacts, status_facts};
use crate::store::order_items::{NAMES, order_pk};
use crate::store::order_write::{Belongs, HeadChange, belongs};
use crate::store::pack::pack;
use crate::store::table::Waits;
use crate::store::transact::{check, update};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use shared::ids::OrderId;
use shared::order::Receipt;

/// Bytes of packed names that the head holds: what is longer would make each of its writes dearer.
const NAMES_IN_HEAD: usize = 400;

/// The writes that make a placed order known.
#[derive(Debug)]
pub(crate) struct Placed {
    head: HeadChange,
    names: Option<Vec<u8>>,
    created_at: String,
    claimed_at: Timestamp,
    belongs: Belongs,
}

impl Placed {
    /// What is known once `placement` has `receipt`, whose status is true since `at` on upstream's clock.
    pub(crate) fn new(
        placement: &Placement,
        receipt: &Receipt,
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let names: Vec<&str> =
            placement.sent.iter().flat_map(|sent| sent.order.domains()).map(|entry| entry.domain.as_str()).collect();
        let names = pack(&serde_json::to_string(&names).map_err(StoreError::from_build)?).bytes;
        let facts = OrderFacts::of_receipt(receipt, &placement.customer);
        let mut plain = vec![("placed_at", number(now))];
        let in_head = names.len() <= NAMES_IN_HEAD;
        if in_head {
            plain.push(("names", bytes(names.clone())));
        }
        let created_at = to_iso(facts.created.unwrap_or(now));
        let mut all = facts.changing.clone();
        all.extend(status_facts(&receipt.status));
        let head = HeadChange {
            facts: all,
            version: at.map_or(0, |at| version(at, receipt.status.rank())),
            // Upstream may answer the same bytes with the receipt of the first time: an event knows better.
            only_first: true,
            created_at: Some(created_at.clone()),
            // Should an event have ended it already, one look will find that out.
            next_look: Some(Some((Waits::Open, now.saturating_add(SILENT_AFTER)))),
            plain,
            session: Some(placement.session.to_string()),
            ..HeadChange::default()
        };
        let belongs = Belongs { placed_here: true, ..belongs(&facts) };
        Ok(Self { head, names: (!in_head).then_some(names), created_at, claimed_at: placement.claimed_at, belongs })
    }

    /// Leaves out what `found`, the head as it is, has in a newer version; `false`: nothing had to be left out.
    pub(crate) fn leave_out_older(&mut self, found: &Item) -> bool {
        self.head.leave_out_older(found)
    }

    /// The customer was forgotten while the order was on its way: nobody is named.
    pub(crate) fn strip(&mut self, pseudonym: &str) {
        self.belongs.replace_by(pseudonym);
    }

    /// What stands for the customer, once it was forgotten.
    pub(crate) fn pseudonym(&self) -> Option<&str> {
        self.belongs.pseudonym.as_deref()
    }

    /// The writes; the first one is the head's. Checks of who was forgotten stand among them.
    pub(crate) fn writes(&self, store: &Store, id: &OrderId) -> Result<Vec<TransactWriteItem>, StoreError> {
        let head = HeadChange { belongs: self.belongs.clone(), ..self.head.clone() };
        let mut writes = vec![update(head.build(&store.table, id)?)];
        if let Some(names) = &self.names {
            let names = Update::builder()
                .table_name(&store.table)
                .set_key(Some(key(order_pk(id), NAMES)))
                // `names` is a reserved word.
                .update_expression("SET #names = :names")
                .expression_attribute_names("#names", "names")
                .expression_attribute_values(":names", bytes(names.clone()))
                .build()
                .map_err(StoreError::from_build)?;
            writes.push(update(names));
        }
        for customer in &self.belongs.customers {
            writes.push(update(store.alias_update(id, customer, &self.created_at)?));
            if self.pseudonym().is_none() {
                writes.push(check(store.not_forgotten(customer, self.claimed_at)?));
            }
        }
        Ok(writes)
    }
}
