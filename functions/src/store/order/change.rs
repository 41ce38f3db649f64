//! A change of the head of an order. Changes commute: what may change has a version, and for what never changes the
//! first write wins.

use crate::clock::Timestamp;
use crate::store::condition::{has_no, is_still, newer_than};
use crate::store::dynamo::item::{Item, number_in};
use crate::store::dynamo::update::Update;
use crate::store::dynamo::value::set_of;
use crate::store::key::Key;
use crate::store::key::index::{Queue, order_position};
use crate::store::order::facts::{Fact, OrderFacts, STATUS_VERSION};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::ids::OrderId;
use std::collections::BTreeSet;

/// The customer of an order.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrderCustomer {
    /// The name that is shown.
    pub(crate) shown: Option<String>,
    /// Whether that replaces an earlier one.
    pub(crate) replaces_shown: bool,
    /// All names: addresses and ids, in lower case.
    pub(crate) names: BTreeSet<String>,
    /// The name that replaces all others once the customer was forgotten.
    pub(crate) pseudonym: Option<String>,
}

impl OrderCustomer {
    /// The customer that `facts` name.
    pub(crate) fn of(facts: &OrderFacts) -> Self {
        Self { shown: facts.customer.clone(), names: facts.customers.clone(), ..Self::default() }
    }

    /// Replaces all names, because the customer was forgotten.
    pub(crate) fn replace_by(&mut self, pseudonym: &str) {
        *self = Self {
            shown: Some(pseudonym.to_owned()),
            replaces_shown: true,
            names: BTreeSet::from([pseudonym.to_owned()]),
            pseudonym: Some(pseudonym.to_owned()),
        };
    }
}

/// A change of the head of an order.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeadChange {
    /// Facts that may change; each is written unless a newer one is stored.
    pub(crate) facts: Vec<Fact>,
    /// The version of these facts.
    pub(crate) version: i64,
    /// Whether each fact is written only if none is stored, however old that is.
    pub(crate) only_first: bool,
    /// When upstream created the order, ISO 8601.
    pub(crate) created_at: Option<String>,
    /// The customer.
    pub(crate) customer: OrderCustomer,
    /// The time of the next check: `None` leaves it unchanged, `Some(None)` ends checking.
    pub(crate) next_look: Option<Option<(Queue, Timestamp)>>,
    /// Attributes that are written without a version.
    pub(crate) plain: Vec<(&'static str, AttributeValue)>,
    /// Attributes of which the first write wins.
    pub(crate) once: Vec<(&'static str, AttributeValue)>,
    /// The session that placed the order.
    pub(crate) session: Option<String>,
    /// Whether an event is counted.
    pub(crate) counts_event: bool,
    /// The number of events that the writer knows of: the change fails if another one has come.
    pub(crate) events_so_far: Option<Option<i64>>,
    /// The version of the status that the writer knows of: the change fails if there is another one.
    pub(crate) status_so_far: Option<Option<i64>>,
    /// Whether the change fails if the customer was forgotten.
    pub(crate) unless_forgotten: bool,
}

impl HeadChange {
    /// Leaves out facts of which `found`, the stored head, has a newer version. `false`: there are none.
    pub(crate) fn leave_out_older(&mut self, found: &Item) -> bool {
        let before = self.facts.len();
        let (version, only_first) = (self.version, self.only_first);
        self.facts.retain(|fact| number_in(found, fact.version).is_none_or(|known| !only_first && known < version));
        self.facts.len() < before
    }

    /// Whether it still changes the status.
    pub(crate) fn changes_status(&self) -> bool {
        self.facts.iter().any(|fact| fact.version == STATUS_VERSION)
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.facts.is_empty()
            && self.created_at.is_none()
            && self.customer.names.is_empty()
            && self.next_look.is_none()
            && self.plain.is_empty()
            && self.once.is_empty()
            && !self.counts_event
    }

    /// The update of the head of order `id`. A refusal returns the stored head.
    pub(crate) fn update(&self, id: &OrderId) -> Update {
        let update = Update::of(Key::order(id)).returning_refused_item();
        let update = self.with_facts(update);
        let mut update = self.with_customer(self.with_time(update, id));
        match self.next_look {
            None => {}
            Some(None) => update = update.remove("open_shard").remove("open_due"),
            Some(Some((queue, due))) => {
                update = update.set("open_shard", queue.shard_of(id.as_str())).set("open_due", due);
            }
        }
        for (name, value) in &self.plain {
            update = update.set(name, value.clone());
        }
        for (name, value) in &self.once {
            update = update.set_once(name, value.clone());
        }
        if let Some(session) = &self.session {
            update = update.add("session_ids", set_of(session));
        }
        if self.counts_event {
            update = update.add("event_count", 1_u64);
        }
        if let Some(events) = self.events_so_far {
            update = update.only_if(is_still("event_count", events));
        }
        if let Some(version) = self.status_so_far {
            update = update.only_if(is_still(STATUS_VERSION, version));
        }
        if self.unless_forgotten {
            update = update.only_if(has_no("forgotten"));
        }
        update
    }

    fn with_facts(&self, mut update: Update) -> Update {
        for fact in &self.facts {
            update = update.set(fact.version, self.version).only_if(match self.only_first {
                true => has_no(fact.version),
                false => newer_than(fact.version, self.version),
            });
            for (attribute, value) in &fact.values {
                update = update.set(attribute, value.clone());
            }
        }
        update
    }

    fn with_time(&self, mut update: Update, id: &OrderId) -> Update {
        let Some(created_at) = &self.created_at else {
            return update;
        };
        update = update.set_once("created_at", created_at);
        match order_position(id, created_at) {
            Some((list, list_at)) => update.set_once("list", list).set_once("list_at", list_at),
            None => update,
        }
    }

    fn with_customer(&self, mut update: Update) -> Update {
        if let Some(shown) = &self.customer.shown {
            update = match self.customer.replaces_shown {
                true => update.set("owner", shown),
                false => update.set_once("owner", shown),
            };
        }
        match (&self.customer.pseudonym, self.customer.names.is_empty()) {
            (Some(_), _) => update.set("forgotten", true).set("customers", &self.customer.names),
            (None, false) => update.add("customers", &self.customer.names),
            (None, true) => update,
        }
    }
}
