//! The writes of one event. A refused write shows what to leave out of the next attempt.

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::model::notification::Notification;
use crate::model::projection::{Entity, Fact, Projection, time_of_version};
use crate::store::condition::{is_still, newer_than, not_exists};
use crate::store::dynamo::item::{Item, from_item, number_in, short};
use crate::store::dynamo::transaction::{Refusal, Transaction};
use crate::store::dynamo::update::Update;
use crate::store::dynamo::write::Put;
use crate::store::event::item::{EventItem, is_about_whole_order};
use crate::store::event::news::Known;
use crate::store::key::Key;
use crate::store::key::index::Queue;
use crate::store::notification::item::notification_put;
use crate::store::order::change::{HeadChange, OrderCustomer};
use crate::store::order::documents::{
    EntryItem, customer_update, document_update, domain_update, end_update, first_end_update, inboxes_update,
};
use crate::store::order::facts::{LONGEST_WORD, OrderFacts, status_facts};
use crate::store::order::head::HeadItem;
use crate::store::order::inboxes;
use crate::store::order::look::next_look;
use crate::store::pack::{Packed, pack};
use crate::store::retention::tombstone::{not_forgotten, read_tombstone};
use crate::store::{Store, StoreError};
use shared::event::Event;
use shared::ids::OrderId;

/// One of the writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The event.
    Event,
    /// Its entry in the timeline of an order.
    Entry,
    /// The head of an order.
    Head,
    /// The status of any other entity, or of a domain of an order.
    Entity,
    /// The full text of the entity.
    Document,
    Inboxes,
    /// An entry of a customer's list.
    Customer,
    EndOfPersonalData,
    /// The check that the customer was not forgotten.
    ForgottenCheck,
    Notification,
}

/// The writes that are left.
#[derive(Debug)]
pub(super) struct Plan<'e> {
    event: &'e Event,
    item: EventItem,
    projection: Option<&'e Projection>,
    head: Option<(OrderId, HeadChange)>,
    /// When upstream created the order, if the event has it.
    created: Option<Timestamp>,
    writes_entity: bool,
    document: Option<Packed>,
    inboxes: Option<(Key, Packed)>,
    /// What the record said before, as long as a notification may follow from the event.
    known: Option<Known>,
    notification: Option<Notification>,
    now: Timestamp,
    /// When the personal data end of an order that is final now.
    end_of_personal: Timestamp,
}

/// What to do after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterRefusal {
    /// The event was stored before.
    Duplicate,
    /// Try again, without what was left out.
    Retry,
}

impl<'e> Plan<'e> {
    pub(super) fn new(
        store: &Store,
        event: &'e Event,
        projection: Option<&'e Projection>,
        environment: &str,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let order = projection.and_then(|projection| match &projection.entity {
            Entity::Order(id) => Some((id, projection)),
            _ => None,
        });
        let head = order.and_then(|(id, projection)| Some((id.clone(), head_change(event, projection, now)?)));
        let inboxes = match order.map(|(id, projection)| (id, projection, inboxes::find(&event.entity))) {
            Some((id, projection, found)) if !found.is_empty() => {
                let key = match &projection.fact {
                    Fact::Domain { name, .. } => Key::order_domain_inboxes(id, name),
                    _ => Key::order_inboxes(id),
                };
                Some((key, inboxes::packed(&found)?))
            }
            _ => None,
        };
        // The payload of an order names people and is removed with the order; this is for an order that never ends.
        let expires_at = match is_about_whole_order(projection) {
            true => store.latest_end(now),
            false => store.end_of_personal(now),
        };
        Ok(Self {
            event,
            item: EventItem::new(event, projection, environment, now, expires_at),
            projection,
            created: head.as_ref().and_then(|(_, head)| head.created_at.as_deref()).and_then(from_iso),
            head,
            writes_entity: true,
            document: projection.and_then(|projection| projection.doc.as_deref()).map(pack),
            inboxes,
            known: None,
            notification: None,
            now,
            end_of_personal: store.end_of_personal(now),
        })
    }

    /// The same, with the notification that follows from the event when the record said this before.
    pub(super) fn after(mut self, known: Option<Known>) -> Self {
        self.known = known;
        self.find_notification();
        self
    }

    /// The notification belongs to a change of what is known: that must not have changed when it is written.
    fn find_notification(&mut self) {
        let known = self.known.as_ref().zip(self.projection);
        self.notification = known.and_then(|(known, projection)| known.notification(self.event, projection));
        let is_told = self.notification.is_some();
        let version = self.known.as_ref().map(Known::order_version);
        if let Some((_, head)) = &mut self.head {
            head.status_so_far = version.filter(|_| is_told && head.changes_status());
        }
    }

    /// Whether it writes inboxes: they belong to the customer, and the head of the order does not guard them.
    pub(super) const fn has_inboxes(&self) -> bool {
        self.inboxes.is_some()
    }

    /// Whether it changes the entity of the event.
    pub(super) fn changes_entity(&self) -> bool {
        self.projection.is_none() || self.head.as_ref().map_or(self.writes_entity, |(_, head)| head.changes_status())
    }

    /// The writes that are left, in one transaction.
    pub(super) fn transaction(&self) -> Result<Transaction<Part>, StoreError> {
        let mut parts = Transaction::new();
        let event = Put::new(&Key::event(self.event.id.as_str()), &self.item)?;
        parts.push(Part::Event, event.only_if(not_exists()));
        let Some(projection) = self.projection else {
            return Ok(parts);
        };
        if let Entity::Order(id) = &projection.entity {
            parts.push(Part::Entry, self.entry(id, projection)?);
        }
        if let Some((id, head)) = &self.head {
            self.push_head(&mut parts, id, head);
        } else if self.writes_entity {
            let update = entity_update(projection);
            let known = self.known.as_ref().filter(|_| self.notification.is_some());
            parts.push(
                Part::Entity,
                match known {
                    Some(known) => update.only_if(is_still("v", known.domain_version())),
                    None => update,
                },
            );
        }
        if let Some(notification) = &self.notification {
            parts.push(Part::Notification, notification_put(notification, self.now)?);
        }
        if let Some(document) = &self.document {
            let key = Key::entity_document(&projection.entity);
            parts.push(Part::Document, document_update(key, document, projection.version));
        }
        if let Some((key, list)) = &self.inboxes {
            parts.push(Part::Inboxes, inboxes_update(key.clone(), list, projection.version));
        }
        Ok(parts)
    }

    fn push_head(&self, parts: &mut Transaction<Part>, id: &OrderId, head: &HeadChange) {
        parts.push(Part::Head, head.update(id));
        if let Some(end) = self.end_of_personal_data(id, head) {
            parts.push(Part::EndOfPersonalData, end);
        }
        let (Some(created_at), Some(since)) = (&head.created_at, self.created) else {
            return;
        };
        for customer in &head.customer.names {
            parts.push(Part::Customer, customer_update(id, customer, created_at));
            if head.customer.pseudonym.is_none() {
                parts.push(Part::ForgottenCheck, not_forgotten(customer, since));
            }
        }
    }

    fn entry(&self, id: &OrderId, projection: &Projection) -> Result<Put, StoreError> {
        let domain = match &projection.fact {
            Fact::Domain { name, .. } => Some(name.to_string()),
            _ => None,
        };
        let entry = EntryItem { kind: self.item.kind.clone(), at: self.item.happened_at.clone(), domain };
        Put::new(&Key::order_event(id, self.event.id.as_str()), &entry)
    }

    /// Personal data are removed some time after the order is final. A later event has data of its own, and so an end
    /// of its own.
    fn end_of_personal_data(&self, id: &OrderId, head: &HeadChange) -> Option<Update> {
        let is_over = self.projection.is_some_and(|projection| {
            matches!(&projection.fact, Fact::Order { status, .. } if status.is_final()) && projection.doc.is_some()
        });
        match (head.changes_status(), is_over) {
            (true, true) => Some(end_update(id, self.end_of_personal)),
            (true, false) => None,
            (false, _) => Some(first_end_update(id, self.end_of_personal)),
        }
    }

    /// Leaves out what the refusals show to be known in a newer version, or to belong to a forgotten customer.
    pub(super) fn leave_out(&mut self, refused: Vec<Refusal<Part>>) -> Result<AfterRefusal, StoreError> {
        for refusal in refused {
            match (refusal.label, refusal.item) {
                (Part::Event, _) => return Ok(AfterRefusal::Duplicate),
                (Part::Head, Some(found)) => self.leave_out_of_head(&found)?,
                (Part::Entity, found) => self.leave_out_of_entity(found)?,
                (Part::Notification, _) => {
                    self.known = None;
                    self.find_notification();
                }
                (Part::Document, _) => self.document = None,
                (Part::Inboxes, _) => self.inboxes = None,
                (Part::ForgottenCheck, Some(found)) => self.strip(Some(&read_tombstone(found)?.pseudonym)),
                (Part::Head | Part::ForgottenCheck, None)
                | (Part::Entry | Part::Customer | Part::EndOfPersonalData, _) => {}
            }
        }
        Ok(AfterRefusal::Retry)
    }

    fn leave_out_of_head(&mut self, found: &Item) -> Result<(), StoreError> {
        let Some((id, head)) = &mut self.head else {
            return Ok(());
        };
        if head.unless_forgotten && from_item::<HeadItem>(found.clone())?.forgotten {
            self.strip(None);
            return Ok(());
        }
        head.leave_out_older(found);
        if !head.changes_status() {
            head.next_look = None;
        }
        let id = id.clone();
        if let Some(known) = &mut self.known {
            known.set_head(&id, found.clone())?;
        }
        self.find_notification();
        Ok(())
    }

    /// The status of a domain is written unless a newer one is stored; that of anything else returns nothing.
    fn leave_out_of_entity(&mut self, found: Option<Item>) -> Result<(), StoreError> {
        let (Some(found), Some(projection)) = (found, self.projection) else {
            self.writes_entity = false;
            return Ok(());
        };
        self.writes_entity = number_in(&found, "v").is_none_or(|known| known < projection.version);
        if let Some(known) = &mut self.known {
            known.set_domain(found)?;
        }
        self.find_notification();
        Ok(())
    }

    /// Leaves out everything personal, because the customer was forgotten. The order keeps its customer, or gets the
    /// pseudonym.
    fn strip(&mut self, pseudonym: Option<&str>) {
        self.item.strip();
        self.inboxes = None;
        if let Some((_, head)) = &mut self.head {
            head.unless_forgotten = false;
            match pseudonym {
                Some(pseudonym) => head.customer.replace_by(pseudonym),
                None => head.customer = OrderCustomer::default(),
            }
        }
    }
}

fn head_change(event: &Event, projection: &Projection, now: Timestamp) -> Option<HeadChange> {
    let Fact::Order { status, .. } = &projection.fact else {
        return None;
    };
    // The clock of upstream may be ahead of ours: the order is not younger than its event.
    let facts = OrderFacts::of(&event.entity, now.max(time_of_version(projection.version)));
    let mut all = facts.changing.clone();
    all.extend(status_facts(status));
    let next_look = match (status.is_final(), &projection.doc) {
        // A thin event of the end leaves the order open until the reconciler has read all of it.
        (true, None) => Some((Queue::Unfinished, now)),
        _ => next_look(status, facts.renews_at, facts.cancels_at, None, now),
    };
    let mut change = HeadChange {
        facts: all,
        version: projection.version,
        next_look: Some(next_look),
        counts_event: true,
        unless_forgotten: true,
        ..HeadChange::default()
    };
    // Without the time of the order, nothing shows whether its customer was forgotten since.
    if let Some(created) = facts.created {
        change.created_at = Some(to_iso(created));
        change.customer = OrderCustomer::of(&facts);
    }
    Some(change)
}

/// The new status of an entity that is not an order, or of one domain of an order.
fn entity_update(projection: &Projection) -> Update {
    let version = projection.version;
    if let (Entity::Order(id), Fact::Domain { name, status, provider }) = (&projection.entity, &projection.fact) {
        let provider = provider.as_ref().map(|provider| short(provider, LONGEST_WORD));
        return domain_update(Key::order_domain(id, name), short(status, LONGEST_WORD), provider, version);
    }
    let word = match &projection.fact {
        Fact::Status(word) => word.as_str(),
        Fact::Domain { status, .. } => status.as_str(),
        Fact::Order { status, .. } => status.as_str(),
    };
    Update::of(Key::entity(&projection.entity))
        .set("status", short(word, LONGEST_WORD))
        .set("version", version)
        .only_if(newer_than("version", version))
}
