//! Forgetting a customer: names, addresses, drafts and payloads go; order ids, costs and dates stay under a pseudonym.

use crate::clock::Timestamp;
use crate::store::claiming::ledger_key;
use crate::store::error::was_written;
use crate::store::guard::{Guarded, KEEP_COUNTERS};
use crate::store::import::{import_key, listed_key};
use crate::store::item::{Item, key, text};
use crate::store::list::order_of;
use crate::store::order::{TIMELINE_PREFIX, order_key, sessions_of};
use crate::store::owner_item::{owned_key, owner_key};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use shared::customer::customer_key;
use shared::ids::OrderId;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// What stands in the customer's place.
    pub pseudonym: String,
    /// Orders whose personal data are gone.
    pub orders: u32,
    /// Owned domains that no longer name the customer.
    pub domains: u32,
    /// Placements that are still on their way upstream: forget again once they have ended.
    pub open: u32,
}

/// Orders read from the index at once.
const PAGE: i32 = 100;
/// A day.
const DAY: Timestamp = 24 * 60 * 60;

impl Store {
    /// Removes what is personal of `customer`; may be repeated, and then also finds what came in late.
    ///
    /// # Errors
    /// [`StoreError`]; what was done stays done, and doing it again goes on.
    pub async fn forget(&self, customer: &str, pseudonym: &str, now: Timestamp) -> Result<Forgotten, StoreError> {
        let mut done = Forgotten { pseudonym: pseudonym.to_owned(), ..Forgotten::default() };
        let mut orders = self.orders_of(customer).await?;
        // What was forgotten before may have got late events since.
        orders.extend(self.orders_of(pseudonym).await?);
        orders.sort_unstable();
        orders.dedup();
        for id in orders {
            self.forget_order(&id, pseudonym, &mut done).await?;
        }
        for name in self.claimed_by(customer).await? {
            self.rename_owner(owner_key(&name), pseudonym).await?;
            self.drop_item(owned_key(customer, name.as_str())).await?;
            done.domains = done.domains.saturating_add(1);
        }
        for import in self.imports_of(customer).await? {
            self.forget_in_import(import_key(&import), &customer_key(customer), pseudonym).await?;
            self.drop_item(listed_key(customer, &import)).await?;
        }
        self.drop_item(ledger_key(customer)).await?;
        for day in 0..=KEEP_COUNTERS / DAY {
            let counter = Guarded::Customer(customer).counter(now.saturating_sub(day.saturating_mul(DAY)));
            self.drop_item(key(counter, "GUARD")).await?;
        }
        Ok(done)
    }

    async fn orders_of(&self, customer: &str) -> Result<Vec<OrderId>, StoreError> {
        let mut ids = Vec::new();
        let mut mark = None;
        loop {
            let page = self.list_orders_of(customer, mark.as_ref(), PAGE).await?;
            ids.extend(page.keys.iter().filter_map(|pk| order_of(pk)));
            mark = page.end;
            if mark.is_none() {
                return Ok(ids);
            }
        }
    }

    async fn forget_order(&self, id: &OrderId, pseudonym: &str, done: &mut Forgotten) -> Result<(), StoreError> {
        let Some(item) = self.read_batch(vec![order_key(id)]).await?.pop() else {
            return Ok(());
        };
        let sessions = sessions_of(&item);
        for session in sessions {
            let forgotten = self.forget_placement(&session, pseudonym).await?;
            done.open = done.open.saturating_add(u32::from(!forgotten));
        }
        for event in item.keys().filter_map(|name| name.strip_prefix(TIMELINE_PREFIX)) {
            self.drop_payload(event).await?;
        }
        // Last: by this the order is found, so that what failed above is done when it is tried again.
        let customer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(order_key(id)))
            .update_expression("SET customer = :pseudonym")
            .expression_attribute_values(":pseudonym", text(pseudonym));
        customer.send().await.map_err(StoreError::from_sdk)?;
        done.orders = done.orders.saturating_add(1);
        Ok(())
    }

    /// The draft goes once it is not needed to find out what became of the order; `false` while it is.
    async fn forget_placement(&self, session: &str, pseudonym: &str) -> Result<bool, StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("SESSION#{session}"), "PLACEMENT")))
            .update_expression("SET placement_customer = :pseudonym, placement_user = :pseudonym REMOVE draft, sent_at")
            .condition_expression("phase IN (:placed, :refused)")
            .expression_attribute_values(":pseudonym", text(pseudonym))
            .expression_attribute_values(":placed", text("placed"))
            .expression_attribute_values(":refused", text("refused"))
            .send()
            .await;
        // When not: open, or expired by itself.
        Ok(was_written(updated)?
            || self.read_batch(vec![key(format!("SESSION#{session}"), "PLACEMENT")]).await?.is_empty())
    }

    async fn drop_payload(&self, event: &str) -> Result<(), StoreError> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("EVENT#{event}"), "EVENT")))
            .update_expression("REMOVE entity")
            .condition_expression("attribute_exists(pk)")
            .send()
            .await;
        was_written(updated).map(drop)
    }

    /// The domain stays taken, so that nobody else is given it.
    async fn rename_owner(&self, owner: Item, pseudonym: &str) -> Result<(), StoreError> {
        let renamed = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(owner))
            .update_expression("SET #owner = :pseudonym")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":pseudonym", text(pseudonym));
        renamed.send().await.map(|_| ()).map_err(StoreError::from_sdk)
    }

    async fn forget_in_import(&self, import: Item, customer: &str, pseudonym: &str) -> Result<(), StoreError> {
        let set = |name: &str| AttributeValue::Ss(vec![name.to_owned()]);
        for (expression, name) in [("ADD customers :name", pseudonym), ("DELETE customers :name", customer)] {
            let update = self.client.update_item().table_name(&self.table).set_key(Some(import.clone()));
            let update = update.update_expression(expression).expression_attribute_values(":name", set(name));
            update.send().await.map_err(StoreError::from_sdk)?;
        }
        Ok(())
    }

    async fn drop_item(&self, key: Item) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        delete.send().await.map(|_| ()).map_err(StoreError::from_sdk)
    }
}
