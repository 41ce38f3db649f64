//! Forgets a customer: names, addresses, drafts and payloads are removed; order ids, costs and dates stay under a
//! pseudonym.
//!
//! A call continues where the last one stopped: finished work is not found again, and long work is done in steps that
//! are noted.

use crate::clock::Timestamp;
use crate::model::placement::Placement;
use crate::store::condition::exists;
use crate::store::dynamo::update::Update;
use crate::store::dynamo::value::set_of;
use crate::store::dynamo::write::Put;
use crate::store::key::Key;
use crate::store::list::{Page, Place};
use crate::store::retention::progress::{Forgetting, Forgotten, Step};
use crate::store::spend_counter::{KEEP_COUNTERS, SpendCounter};
use crate::store::{Store, StoreError};
use shared::customer::{customer_key, is_pseudonym};
use shared::domain_name::DomainName;
use shared::ids::{ImportId, OrderId};
use std::time::Duration;
use tokio::time::Instant;

/// Rows per query of an index.
pub(super) const PAGE: i32 = 100;
/// Time for one order that has just been placed: it has few events.
const TIME_FOR_ONE: Duration = Duration::from_secs(5);
/// A day.
const DAY: Timestamp = 24 * 60 * 60;

/// Days that DynamoDB may take to remove an expired item.
const EXPIRED_DAYS: Timestamp = 3;

impl Store {
    /// Removes the personal data of `customer`, in any letter case and under all names that its orders show, within
    /// `time`; it may be repeated.
    ///
    /// # Errors
    /// [`StoreError`]; what was done stays done, and a repetition continues.
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
            // It is not finished: the function that settles the order tries again.
            Step::OutOfTime => Err(StoreError::Contended),
        }
    }

    /// Forgets the customer of a placement that has ended, and removes its counters.
    pub(crate) async fn forget_ended(
        &self,
        ended: &Placement,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // This is first: once the placement does not name the customer, its counters cannot be found.
        self.drop_counters(&ended.customer, KEEP_COUNTERS / DAY, now).await?;
        if let Some(kept) = &ended.approval {
            self.drop_ended_approval(&kept.approval.id).await?;
        }
        self.forget_placement(&ended.session, pseudonym).await.map(drop)
    }

    /// Removes the counters of the customer of today and of the last `days`.
    async fn drop_counters(&self, customer: &str, days: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        for day in 0..=days {
            let at = now.saturating_sub(day.saturating_mul(DAY));
            self.delete(&SpendCounter::Customer(customer).key(at)).await?;
        }
        Ok(())
    }
}

impl Forgetting<'_> {
    async fn run(&mut self, now: Timestamp) -> Result<Step, StoreError> {
        // It is unknown which customers a rejected delivery names: all of them are removed.
        self.store.forget_rejected().await?;
        let mut next = 0;
        while let Some(alias) = self.aliases.get(next).cloned() {
            next = next.saturating_add(1);
            // This is first: later writes do not add the customer again.
            self.store.write_tombstone(&alias, self.pseudonym, now).await?;
            if self.orders(&alias).await? == Step::OutOfTime
                || self.placements(&alias, now).await? == Step::OutOfTime
                || self.approvals(&alias).await? == Step::OutOfTime
                || self.imports_of_alias(&alias).await? == Step::OutOfTime
            {
                return Ok(Step::OutOfTime);
            }
            let days = (KEEP_COUNTERS / DAY).saturating_add(EXPIRED_DAYS);
            self.store.drop_counters(&alias, days, now).await?;
        }
        self.notifications_again().await?;
        Ok(Step::Done)
    }

    /// Looks once more at the notifications about what has the pseudonym by now: the index may not have had the newest when
    /// their order, session or import was forgotten. What this call has no time for, another one looks at.
    async fn notifications_again(&self) -> Result<(), StoreError> {
        for import in self.store.imports_of(self.pseudonym).await? {
            if self.is_late() {
                return Ok(());
            }
            self.store.forget_notifications(import.as_str()).await?;
        }
        let (mut orders, mut placements) = (None, None);
        while !self.is_late() {
            let of_orders = self.store.list_orders_of(self.pseudonym, orders.as_ref(), PAGE).await?;
            let of_placements = self.store.list_placements_of(self.pseudonym, placements.as_ref(), PAGE).await?;
            let order_ids = of_orders.places.iter().filter_map(Place::order_id).map(|id| id.to_string());
            let session_ids = of_placements.places.iter().filter_map(Place::session).map(|id| id.to_string());
            for id in order_ids.chain(session_ids) {
                if self.is_late() {
                    return Ok(());
                }
                self.store.forget_notifications(&id).await?;
            }
            (orders, placements) = (of_orders.end, of_placements.end);
            if orders.is_none() && placements.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn orders(&mut self, alias: &str) -> Result<Step, StoreError> {
        let mut cursor = None;
        loop {
            let Page { places, end } = self.store.list_orders_of(alias, cursor.as_ref(), PAGE).await?;
            for id in places.iter().filter_map(Place::order_id) {
                if self.one_order(&id, alias).await? == Step::OutOfTime {
                    return Ok(Step::OutOfTime);
                }
            }
            cursor = end;
            if cursor.is_none() {
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

    /// Forgets placements that have ended, and counts those that have not.
    async fn placements(&mut self, alias: &str, now: Timestamp) -> Result<Step, StoreError> {
        let mut cursor = None;
        let mut latest = now;
        loop {
            let Page { places, end } = self.store.list_placements_of(alias, cursor.as_ref(), PAGE).await?;
            for session in places.iter().filter_map(Place::session) {
                if self.is_late() {
                    return Ok(Step::OutOfTime);
                }
                // Its order may not be in the index yet.
                let placement = self.store.placement(&session).await?;
                let order = placement.as_ref().and_then(Placement::order_id);
                if let Some(id) = order
                    && self.store.order_head(&id).await?.is_some_and(|head| !head.is_forgotten)
                    && self.one_order(&id, alias).await? == Step::OutOfTime
                {
                    return Ok(Step::OutOfTime);
                }
                if !self.store.forget_placement(&session, self.pseudonym).await? {
                    // On the clock of the function that claimed it, it may have begun later than now.
                    if let Some(begun) = placement.map(|placement| placement.claimed_at).filter(|at| *at > latest) {
                        self.store.write_tombstone(alias, self.pseudonym, begun).await?;
                        latest = begun;
                        // It may have ended before the tombstone was written.
                        if self.store.forget_placement(&session, self.pseudonym).await? {
                            continue;
                        }
                    }
                    self.done.open = self.done.open.saturating_add(1);
                }
            }
            cursor = end;
            if cursor.is_none() {
                return Ok(Step::Done);
            }
        }
    }

    async fn imports_of_alias(&mut self, alias: &str) -> Result<Step, StoreError> {
        for name in self.store.claimed_by(alias).await? {
            if self.is_late() {
                return Ok(Step::OutOfTime);
            }
            // A claim that no customer can use must not keep others away.
            self.store.release_claims(alias, std::slice::from_ref(&name)).await?;
            self.rename_owner(&name).await?;
            // This is last: by it the domain is found.
            self.store.delete(&Key::customer_claim(alias, &name)).await?;
            self.done.domains = self.done.domains.saturating_add(1);
        }
        for import in self.store.imports_of(alias).await? {
            if self.is_late() {
                return Ok(Step::OutOfTime);
            }
            self.forget_in_import(&import, alias).await?;
            self.store.forget_notifications(import.as_str()).await?;
            // By this entry it is found again.
            self.store.put(Put::key_only(&Key::customer_import(self.pseudonym, &import))).await?;
            self.store.delete(&Key::customer_import(alias, &import)).await?;
        }
        self.store.delete(&Key::claims_lock(alias)).await?;
        Ok(Step::Done)
    }

    /// A connected domain stays taken, so that no other customer gets it.
    async fn rename_owner(&self, name: &DomainName) -> Result<(), StoreError> {
        let update = Update::of(Key::claim(name)).set("owner", self.pseudonym).only_if(exists());
        self.store.update(update).await.map(drop)
    }

    async fn forget_in_import(&self, import: &ImportId, customer: &str) -> Result<(), StoreError> {
        let key = Key::import(import);
        self.store.update(Update::of(key.clone()).add("customers", set_of(self.pseudonym))).await?;
        self.store.update(Update::of(key).delete("customers", set_of(customer)).remove("labels")).await.map(drop)
    }
}
