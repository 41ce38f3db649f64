//! What recording an event writes: each write has a part to play, and a refused one says what to leave out.

use crate::clock::{Timestamp, from_iso, to_iso};
use crate::model::projection::{Entity, Fact, Projection, time_of_version};
use crate::store::event_item::EventItem;
use crate::store::forgotten::pseudonym_of;
use crate::store::item::{Item, get_flag, key, number, short, text};
use crate::store::open::next_look;
use crate::store::order_facts::{LONGEST_WORD, OrderFacts, status_facts};
use crate::store::order_items::{DOMAINS, EVENTS, INBOXES, order_pk};
use crate::store::order_write::{HeadChange, belongs};
use crate::store::pack::{Packed, pack};
use crate::store::table::Waits;
use crate::store::transact::{Refusal, check, put, update};
use crate::store::{Store, StoreError, inboxes};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem, Update};
use shared::domain_name::DomainName;
use shared::event::Event;
use shared::ids::OrderId;

/// The part that a write plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Event,
    Entry,
    Head,
    Entity,
    Doc,
    Inboxes,
    Alias,
    Ends,
    Mark,
}

/// What is left to be written.
#[derive(Debug)]
pub(crate) struct Plan<'e> {
    event: EventItem<'e>,
    projection: Option<&'e Projection>,
    head: Option<(OrderId, HeadChange)>,
    created: Option<Timestamp>,
    moves_entity: bool,
    doc: Option<Packed>,
    inboxes: Option<(Item, Packed)>,
    now: Timestamp,
}

/// What a transaction was refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The event is known.
    Known,
    /// Something was left out: the rest is worth another try.
    Again,
    /// Nothing could be left out: something has changed meanwhile.
    Stuck,
}

impl<'e> Plan<'e> {
    pub(crate) fn new(
        event: EventItem<'e>,
        raw: &Event,
        projection: Option<&'e Projection>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let order = projection.and_then(|projection| match &projection.entity {
            Entity::Order(id) => Some((id, projection)),
            _ => None,
        });
        let head = order.and_then(|(id, projection)| Some((id.clone(), head_change(raw, projection, now)?)));
        let inboxes = match order.map(|(id, projection)| (id, projection, inboxes::find(&raw.entity))) {
            Some((id, projection, found)) if !found.is_empty() => {
                let sk = match &projection.fact {
                    Fact::Domain { name, .. } => format!("{INBOXES}#{name}"),
                    _ => INBOXES.to_owned(),
                };
                Some((key(order_pk(id), sk), inboxes::packed(&found)?))
            }
            _ => None,
        };
        let created = head.as_ref().and_then(|(_, head)| head.created_at.as_deref()).and_then(from_iso);
        let doc = projection.and_then(|projection| projection.doc.as_deref()).map(pack);
        Ok(Self { event, projection, head, created, moves_entity: true, doc, inboxes, now })
    }

    /// Whether it brings something that belongs to the order's customer and is not guarded by the order's head.
    pub(crate) fn brings_inboxes(&self) -> bool {
        self.inboxes.is_some()
    }

    /// Whether what the event is about is moved by it.
    pub(crate) fn moves(&self) -> bool {
        self.projection.is_none() || self.head.as_ref().map_or(self.moves_entity, |(_, head)| head.moves())
    }

    fn parts(&self, store: &Store) -> Result<Vec<(Part, TransactWriteItem)>, StoreError> {
        let mut parts = vec![(Part::Event, put(self.event.put(store, self.projection, self.now)?))];
        let Some(projection) = self.projection else {
            return Ok(parts);
        };
        if let Entity::Order(id) = &projection.entity {
            parts.push((Part::Entry, put(entry(store, id, &self.event, projection)?)));
        }
        if let Some((id, head)) = &self.head {
            parts.push((Part::Head, update(head.build(&store.table, id)?)));
            if let Some(ends) = self.ends(store, id, head)? {
                parts.push((Part::Ends, update(ends)));
            }
            if let (Some(created_at), Some(since)) = (&head.created_at, self.created) {
                for customer in &head.belongs.customers {
                    parts.push((Part::Alias, update(store.alias_update(id, customer, created_at)?)));
                    if head.belongs.pseudonym.is_none() {
                        parts.push((Part::Mark, check(store.not_forgotten(customer, since)?)));
                    }
                }
            }
        } else if self.moves_entity {
            parts.push((Part::Entity, update(entity_update(store, projection)?)));
        }
        if let Some(doc) = &self.doc {
            parts.push((Part::Doc, update(store.doc_update(projection.entity.pk(), doc, projection.version)?)));
        }
        if let Some((key, list)) = &self.inboxes {
            let inboxes = store.packed_update(key.clone(), "addresses", list, projection.version)?;
            parts.push((Part::Inboxes, update(inboxes)));
        }
        Ok(parts)
    }

    /// The personal data of an order end some time after it is final; what comes later has an end of its own.
    fn ends(&self, store: &Store, id: &OrderId, head: &HeadChange) -> Result<Option<Update>, StoreError> {
        let is_over = self.projection.is_some_and(|projection| {
            matches!(&projection.fact, Fact::Order { status, .. } if status.is_final()) && projection.doc.is_some()
        });
        let end = store.end_of_personal(self.now);
        match (head.moves(), is_over) {
            (true, true) => store.ends_update(id, end, false).map(Some),
            (true, false) => Ok(None),
            (false, _) => store.ends_update(id, end, true).map(Some),
        }
    }

    /// The writes, in the order of their parts.
    pub(crate) fn writes(&self, store: &Store) -> Result<Vec<TransactWriteItem>, StoreError> {
        Ok(self.parts(store)?.into_iter().map(|(_, write)| write).collect())
    }

    /// Leaves out what `refused` shows to be known in a newer version, or to belong to somebody who was forgotten.
    pub(crate) fn leave_out(&mut self, store: &Store, refused: &[Refusal]) -> Result<Verdict, StoreError> {
        let parts: Vec<Part> = self.parts(store)?.into_iter().map(|(part, _)| part).collect();
        let mut verdict = Verdict::Stuck;
        for refusal in refused {
            let changed = match parts.get(refusal.place) {
                Some(Part::Event) => return Ok(Verdict::Known),
                Some(Part::Head) => self.head_refused(refusal.item.as_ref()),
                Some(Part::Entity) => std::mem::take(&mut self.moves_entity),
                Some(Part::Doc) => self.doc.take().is_some(),
                Some(Part::Inboxes) => self.inboxes.take().is_some(),
                Some(Part::Mark) => pseudonym_of(refusal.item.as_ref()).is_some_and(|pseudonym| {
                    self.strip(Some(&pseudonym));
                    true
                }),
                _ => false,
            };
            if changed {
                verdict = Verdict::Again;
            }
        }
        Ok(verdict)
    }

    fn head_refused(&mut self, found: Option<&Item>) -> bool {
        if found.is_some_and(|item| get_flag(item, "forgotten"))
            && self.head.as_ref().is_some_and(|(_, head)| head.unless_forgotten)
        {
            self.strip(None);
            return true;
        }
        match (&mut self.head, found) {
            (Some((_, head)), Some(found)) => {
                let changed = head.leave_out_older(found);
                if !head.moves() {
                    head.next_look = None;
                }
                changed
            }
            _ => false,
        }
    }

    /// The order's customer was forgotten: nothing personal is written, and whose the order is stays as it is, or is the
    /// pseudonym.
    fn strip(&mut self, pseudonym: Option<&str>) {
        self.event.strip();
        self.inboxes = None;
        if let Some((_, head)) = &mut self.head {
            head.unless_forgotten = false;
            match pseudonym {
                Some(pseudonym) => head.belongs.replace_by(pseudonym),
                None => head.belongs = Default::default(),
            }
        }
    }
}

fn head_change(raw: &Event, projection: &Projection, now: Timestamp) -> Option<HeadChange> {
    let Fact::Order { status, .. } = &projection.fact else {
        return None;
    };
    // Upstream's clock may be ahead of ours: the order is not younger than its event.
    let facts = OrderFacts::of(&raw.entity, now.max(time_of_version(projection.version)));
    let mut all = facts.changing.clone();
    all.extend(status_facts(status));
    let next_look = match (status.is_final(), &projection.doc) {
        // A thin event of the end leaves the order open until the reconciler has read the whole of it.
        (true, None) => Some((Waits::Open, now)),
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
    // Without the time of the order it cannot be said whether its customer was forgotten since.
    if let Some(created) = facts.created {
        change.created_at = Some(to_iso(created));
        change.belongs = belongs(&facts);
    }
    Some(change)
}

/// That the event came, in as few bytes as possible: an order of 1,000 domains has 10,000 of them.
fn entry(store: &Store, id: &OrderId, event: &EventItem<'_>, projection: &Projection) -> Result<Put, StoreError> {
    let mut item = key(order_pk(id), format!("{EVENTS}{}", event.id()));
    item.insert("t".to_owned(), text(event.kind()));
    item.insert("a".to_owned(), text(event.happened_at()));
    if let Fact::Domain { name, .. } = &projection.fact {
        item.insert("d".to_owned(), text(name.as_str()));
    }
    Put::builder().table_name(&store.table).set_item(Some(item)).build().map_err(StoreError::from_build)
}

/// The new state of what is not an order, or of one domain of an order.
fn entity_update(store: &Store, projection: &Projection) -> Result<Update, StoreError> {
    let update = Update::builder().table_name(&store.table);
    let version = number(projection.version);
    let update = match (&projection.entity, &projection.fact) {
        (Entity::Order(id), Fact::Domain { name, status, provider }) => {
            let update = update
                .set_key(Some(domain_key(id, name)))
                .condition_expression("attribute_not_exists(v) OR v < :v")
                .expression_attribute_values(":v", version)
                .expression_attribute_values(":s", text(short(status, LONGEST_WORD)));
            match provider {
                Some(provider) => update
                    .update_expression("SET s = :s, v = :v, p = :p")
                    .expression_attribute_values(":p", text(short(provider, LONGEST_WORD))),
                None => update.update_expression("SET s = :s, v = :v"),
            }
        }
        (entity, fact) => {
            let word = match fact {
                Fact::Status(word) => word.as_str(),
                Fact::Domain { status, .. } => status.as_str(),
                Fact::Order { status, .. } => status.as_str(),
            };
            update
                .set_key(Some(key(entity.pk(), entity.sk())))
                .update_expression("SET #status = :status, version = :version")
                .condition_expression("attribute_not_exists(version) OR version < :version")
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":status", text(short(word, LONGEST_WORD)))
                .expression_attribute_values(":version", version)
        }
    };
    update.build().map_err(StoreError::from_build)
}

fn domain_key(id: &OrderId, name: &DomainName) -> Item {
    key(order_pk(id), format!("{DOMAINS}{name}"))
}
