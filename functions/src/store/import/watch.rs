//! What the partner hears of an import: that nameservers have to be set, again after some days, and that all is done. Each is
//! written with the change of the import that it follows from.

use crate::clock::Timestamp;
use crate::model::notification::Notification;
use crate::model::notification::catalogue::Event;
use crate::model::notification::data::{ImportCompleted, ImportNeedsNameservers};
use crate::model::notification::labels::Labels;
use crate::model::notification::parts::{AboutSale, ImportPart};
use crate::store::condition::{equals, exists, has, has_no, newer_than};
use crate::store::dynamo::item::json_text;
use crate::store::dynamo::transaction::Transaction;
use crate::store::dynamo::update::Update;
use crate::store::import::record::StoredImport;
use crate::store::key::Key;
use crate::store::key::index::Queue;
use crate::store::notification::item::notification_put;
use crate::store::{Store, StoreError};
use shared::answers::NameserverGroup;
use shared::domain_name::DomainName;
use shared::ids::ImportId;

/// Seconds between two looks at an import: its event, or its customer, usually comes first.
const LOOK: Timestamp = 6 * 60 * 60;
/// The same once the claims of its domains have ended.
const LOOK_LATE: Timestamp = 24 * 60 * 60;

/// One of the writes.
#[derive(Debug, Clone, Copy)]
enum Part {
    Import,
    Notification,
}

impl Store {
    /// Begins to watch an import whose `waiting` domains need nameservers, and tells the partner. It does nothing to an
    /// import that is watched.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_watch(
        &self,
        import: &StoredImport,
        waiting: &[DomainName],
        labels: &Labels,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = open(&import.id, now)
            .set("watched_since", now)
            .set("reminded", 0_u32)
            .set("labels", json_text(labels)?)
            .only_if(has_no("watched_since"));
        self.tell(update, &needs_nameservers(import, waiting, labels, 0, now), now).await
    }

    /// Tells the partner again, under `number`, unless another function has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remind_of_import(
        &self,
        import: &StoredImport,
        waiting: &[DomainName],
        number: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let before = equals("reminded", import.watch.reminded).and(has_no("over"));
        let update = open(&import.id, now).set("reminded", number).only_if(before);
        let labels = &import.watch.labels;
        self.tell(update, &needs_nameservers(import, waiting, labels, number, now), now).await
    }

    /// Ends the reminders, and tells the partner which domains can be used, if it does not know yet. With `is_awaited`, the
    /// import is looked at again each day: a domain whose claim has ended may still be connected.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_import(
        &self,
        import: &StoredImport,
        connected: &[DomainName],
        labels: &Labels,
        is_awaited: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::of(Key::import(&import.id));
        let update = if is_awaited {
            look_at(update, &import.id, now.saturating_add(LOOK_LATE))
        } else {
            update.remove("open_shard").remove("open_due")
        };
        let update = update.set("over", true).set_once("watched_since", now).set("labels", json_text(labels)?);
        if !import.watch.is_news(connected.len()) {
            return self.update(update.only_if(exists())).await.map(drop);
        }
        let count = i64::try_from(connected.len()).unwrap_or(i64::MAX);
        let update = update.set("connected", count).only_if(newer_than("connected", count));
        let event = Event::ImportCompleted(ImportCompleted { import: part(import, connected), sale: sale(labels) });
        // What is connected later is another fact.
        let id = import.id.to_string();
        let notification = match import.watch.connected {
            0 => Notification::of_fact(event, &[&id], now),
            _ => Notification::of_fact(event, &[&id, &count.to_string()], now),
        };
        self.tell(update, &notification, now).await
    }

    /// Looks at the import again in some hours.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn look_at_import_later(&self, id: &ImportId, now: Timestamp) -> Result<(), StoreError> {
        self.look_at_import_at(id, now.saturating_add(LOOK)).await
    }

    /// Looks at the import as soon as possible, if it was ever watched: something may have become of it after all.
    pub(crate) async fn look_at_import_at(&self, id: &ImportId, due: Timestamp) -> Result<(), StoreError> {
        let update = look_at(Update::of(Key::import(id)), id, due).only_if(has("watched_since"));
        self.update(update).await.map(drop)
    }

    /// A condition that does not hold means that another function was faster.
    async fn tell(&self, update: Update, notification: &Notification, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = Transaction::new();
        transaction.push(Part::Import, update);
        transaction.push(Part::Notification, notification_put(notification, now)?);
        self.transact_all(transaction).await.map(drop)
    }
}

/// An update of an import that is looked at again in some hours.
fn open(id: &ImportId, now: Timestamp) -> Update {
    look_at(Update::of(Key::import(id)), id, now.saturating_add(LOOK))
}

fn look_at(update: Update, id: &ImportId, due: Timestamp) -> Update {
    update.set("open_shard", Queue::Slow.shard_of(id.as_str())).set("open_due", due)
}

fn needs_nameservers(
    import: &StoredImport,
    waiting: &[DomainName],
    labels: &Labels,
    reminder: u32,
    now: Timestamp,
) -> Notification {
    let is_waiting = |name: &String| waiting.iter().any(|waiting| waiting.as_str() == name.to_ascii_lowercase());
    let groups = import.detail.groups.iter().map(|group| NameserverGroup {
        nameservers: group.nameservers.clone(),
        domains: group.domains.iter().filter(|name| is_waiting(name)).cloned().collect(),
    });
    // A group without names is about all domains of the import.
    let is_about = |group: &NameserverGroup| !group.domains.is_empty() || import.detail.groups.len() == 1;
    let event = Event::ImportNeedsNameservers(ImportNeedsNameservers {
        import: part(import, waiting),
        nameserver_groups: groups.filter(is_about).collect(),
        reminder,
        sale: sale(labels),
    });
    Notification::of_fact(event, &[import.id.as_str(), &reminder.to_string()], now)
}

fn part(import: &StoredImport, names: &[DomainName]) -> ImportPart {
    // The customer is added when it is delivered.
    let domains = names.iter().map(ToString::to_string).collect();
    ImportPart { id: import.id.to_string(), customer: None, domains }
}

fn sale(labels: &Labels) -> AboutSale {
    AboutSale { reference: labels.reference.clone(), metadata: labels.metadata.clone() }
}
