//! Forgetting a customer: names, addresses, drafts and payloads go; order ids, costs and dates stay under a pseudonym.
//!
//! It goes on where it stopped: what is done is not found again, and what is long is done in steps that are written down.

use crate::clock::Timestamp;
use crate::model::placement::Placement;
use crate::store::claiming::ledger_key;
use crate::store::forget_order::Step;
use crate::store::forgetting::{Forgetting, Forgotten};
use crate::store::guard::{Guarded, KEEP_COUNTERS};
use crate::store::import::{import_key, listed_key};
use crate::store::item::{Item, key, text, texts};
use crate::store::list::{Page, order_of};
use crate::store::owner_item::{owned_key, owner_key};
use crate::store::{Store, StoreError};
use shared::customer::{customer_key, is_pseudonym};
use shared::ids::{OrderId, SessionId};
use std::time::Duration;
use tokio::time::Instant;

/// Rows read from an index at once.
const PAGE: i32 = 100;
/// Time for one order that has just been placed: it has few events.
const TIME_FOR_ONE: Duration = Duration::from_secs(5);
/// A day.
const DAY: Timestamp = 24 * 60 * 60;

/// Days that DynamoDB may take to remove an item whose time to live is over.
const EXPIRED_DAYS: Timestamp = 3;

impl Store {
    /// Removes what is personal of `customer`, in whatever letter case and by whatever else its orders know it, within
    /// `time`; may be repeated.
    ///
    /// # Errors
    /// [`StoreError`]; what was done stays done, and doing it again goes on.
    pub async fn forget(
        &self,
        customer: &str,
        pseudonym: &str,
        now: Timestamp,
        time: Duration,
    ) -> Result<Forgotten, StoreError> {
        let mut forgetting = Forgetting {
            store: self,
            pseudonym,
            until: Instant::now() + time,
            aliases: vec![customer_key(customer)],
            done: Forgotten { pseudonym: pseudonym.to_owned(), ..Forgotten::default() },
        };
        forgetting.done.complete = forgetting.run(now).await? == Step::Done;
        Ok(forgetting.done)
    }

    /// Forgets the customer of one order, as far as it is known.
    pub(crate) async fn forget_known_order(&self, id: &OrderId, pseudonym: &str) -> Result<(), StoreError> {
        let forgetting = Forgetting {
            store: self,
            pseudonym,
            until: Instant::now() + TIME_FOR_ONE,
            aliases: Vec::new(),
            done: Forgotten::default(),
        };
        match forgetting.forget_order(id, pseudonym).await?.step {
            Step::Done => Ok(()),
            // It is not forgotten yet: whoever settles the order comes again.
            Step::OutOfTime => Err(StoreError::Contended),
        }
    }

    /// Forgets whose a placement was that has ended, and counts nothing for that customer any more.
    pub(crate) async fn forget_ended(
        &self,
        ended: &Placement,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // First: once the placement names nobody, its counters cannot be found.
        self.drop_counters(&ended.customer, now).await?;
        self.forget_placement(&ended.session, pseudonym).await.map(drop)
    }

    /// Removes the counters of the customer's last days.
    async fn drop_counters(&self, customer: &str, now: Timestamp) -> Result<(), StoreError> {
        for day in 0..=KEEP_COUNTERS / DAY {
            let counter = Guarded::Customer(customer).counter(now.saturating_sub(day.saturating_mul(DAY)));
            self.drop_item(key(counter, "GUARD")).await?;
        }
        Ok(())
    }

    pub(crate) async fn drop_item(&self, key: Item) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        delete.send().await.map(|_| ()).map_err(StoreError::from_sdk)
    }
}

impl Forgetting<'_> {
    async fn run(&mut self, now: Timestamp) -> Result<Step, StoreError> {
        // Whom a refused delivery names is not known: all of them go.
        self.store.forget_rejected().await?;
        let mut next = 0;
        while let Some(alias) = self.aliases.get(next).cloned() {
            next = next.saturating_add(1);
            // First: what comes in from now on does not bring the customer back.
            self.store.mark_forgotten(&alias, self.pseudonym, now).await?;
            if self.orders(&alias).await? == Step::OutOfTime
                || self.placements(&alias, now).await? == Step::OutOfTime
                || self.imports(&alias).await? == Step::OutOfTime
            {
                return Ok(Step::OutOfTime);
            }
            for day in 0..=(KEEP_COUNTERS / DAY).saturating_add(EXPIRED_DAYS) {
                let counter = Guarded::Customer(&alias).counter(now.saturating_sub(day.saturating_mul(DAY)));
                self.store.drop_item(key(counter, "GUARD")).await?;
            }
        }
        Ok(Step::Done)
    }

    pub(crate) fn is_late(&self) -> bool {
        Instant::now() >= self.until
    }

    async fn orders(&mut self, alias: &str) -> Result<Step, StoreError> {
        let mut mark = None;
        loop {
            let Page { places, end } = self.store.list_orders_of(alias, mark.as_ref(), PAGE).await?;
            for id in places.iter().filter_map(|place| order_of(&place.pk)) {
                if self.one_order(&id, alias).await? == Step::OutOfTime {
                    return Ok(Step::OutOfTime);
                }
            }
            mark = end;
            if mark.is_none() {
                return Ok(Step::Done);
            }
        }
    }

    async fn one_order(&mut self, id: &OrderId, found_by: &str) -> Result<Step, StoreError> {
        if self.is_late() {
            return Ok(Step::OutOfTime);
        }
        let found = self.forget_order(id, found_by).await?;
        for alias in found.aliases {
            if !self.aliases.contains(&alias) && !is_pseudonym(&alias) {
                self.aliases.push(alias);
            }
        }
        if found.step == Step::Done {
            self.done.orders = self.done.orders.saturating_add(1);
        }
        Ok(found.step)
    }

    /// Those that have ended, and how many have not.
    async fn placements(&mut self, alias: &str, now: Timestamp) -> Result<Step, StoreError> {
        let mut mark = None;
        let mut latest = now;
        loop {
            let Page { places, end } = self.store.list_placements_of(alias, mark.as_ref(), PAGE).await?;
            let sessions = places.iter().filter_map(|place| SessionId::parse(place.pk.strip_prefix("SESSION#")?));
            for session in sessions {
                if self.is_late() {
                    return Ok(Step::OutOfTime);
                }
                // Its order may not stand in the index yet.
                let placement = self.store.placement(&session).await?;
                let order = placement.as_ref().and_then(Placement::order_id);
                if let Some(id) = order
                    && self.store.order_head(&id).await?.is_some_and(|head| !head.is_forgotten)
                    && self.one_order(&id, alias).await? == Step::OutOfTime
                {
                    return Ok(Step::OutOfTime);
                }
                if !self.store.forget_placement(&session, self.pseudonym).await? {
                    // By the clock of the function that claimed it, it may have begun later than now.
                    if let Some(begun) = placement.map(|placement| placement.claimed_at).filter(|at| *at > latest) {
                        self.store.mark_forgotten(alias, self.pseudonym, begun).await?;
                        latest = begun;
                        // It may have ended before the mark said so.
                        if self.store.forget_placement(&session, self.pseudonym).await? {
                            continue;
                        }
                    }
                    self.done.open = self.done.open.saturating_add(1);
                }
            }
            mark = end;
            if mark.is_none() {
                return Ok(Step::Done);
            }
        }
    }

    async fn imports(&mut self, alias: &str) -> Result<Step, StoreError> {
        for name in self.store.claimed_by(alias).await? {
            if self.is_late() {
                return Ok(Step::OutOfTime);
            }
            // A claim that nobody can use any more keeps nobody away.
            self.store.release_claims(alias, std::slice::from_ref(&name)).await?;
            self.rename_owner(owner_key(&name)).await?;
            // Last: by this the domain is found.
            self.store.drop_item(owned_key(alias, name.as_str())).await?;
            self.done.domains = self.done.domains.saturating_add(1);
        }
        for import in self.store.imports_of(alias).await? {
            if self.is_late() {
                return Ok(Step::OutOfTime);
            }
            self.forget_in_import(import_key(&import), alias).await?;
            self.store.drop_item(listed_key(alias, &import)).await?;
        }
        self.store.drop_item(ledger_key(alias)).await?;
        Ok(Step::Done)
    }

    /// A connected domain stays taken, so that nobody else is given it.
    async fn rename_owner(&self, owner: Item) -> Result<(), StoreError> {
        let Store { client, table, .. } = self.store;
        let renamed = client
            .update_item()
            .table_name(table)
            .set_key(Some(owner))
            .update_expression("SET #owner = :pseudonym")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":pseudonym", text(self.pseudonym));
        renamed.send().await.map(|_| ()).map_err(StoreError::from_sdk)
    }

    async fn forget_in_import(&self, import: Item, customer: &str) -> Result<(), StoreError> {
        let Store { client, table, .. } = self.store;
        for (expression, name) in [("ADD customers :name", self.pseudonym), ("DELETE customers :name", customer)] {
            let update = client.update_item().table_name(table).set_key(Some(import.clone()));
            let update = update.update_expression(expression).expression_attribute_values(":name", texts([name]));
            update.send().await.map_err(StoreError::from_sdk)?;
        }
        Ok(())
    }
}
