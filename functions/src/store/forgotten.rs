//! Who was forgotten: a mark that keeps late writes from bringing a customer back.
//!
//! The mark stands under a digest of the customer, so that the table does not name whom it forgot, and runs out by
//! itself. The digest has no key: the webhook receiver computes it, too, and may not read the data key. Whatever makes an order known checks it in the same transaction; orders that are known when their customer is
//! forgotten say so themselves, for good.

use crate::clock::Timestamp;
use crate::store::item::{Item, get_text, key, number, text};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::types::{ConditionCheck, ReturnValuesOnConditionCheckFailure};
use sha2::{Digest, Sha256};
use shared::customer::customer_key;

/// Seconds that the mark is kept: an order may take a day until it is known, and its events another
/// (docs/upstream.md#delivery); the rest is for an upstream that is late.
const KEEP_MARK: Timestamp = 30 * 24 * 60 * 60;

fn mark_key(customer: &str) -> Item {
    let digest = Sha256::digest(format!("forgotten customer:{}", customer_key(customer)));
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    key(format!("FORGOTTEN#{digest}"), "FORGOTTEN")
}

/// What stands for the customer in an item that a check found.
pub(crate) fn pseudonym_of(mark: Option<&Item>) -> Option<String> {
    mark.and_then(|item| get_text(item, "pseudonym")).map(str::to_owned)
}

impl Store {
    /// Marks `customer` as forgotten at `now`.
    pub(crate) async fn mark_forgotten(
        &self,
        customer: &str,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = mark_key(customer);
        item.insert("pseudonym".to_owned(), text(pseudonym));
        item.insert("at".to_owned(), number(now));
        item.insert("expires_at".to_owned(), number(now.saturating_add(KEEP_MARK)));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map(|_| ()).map_err(StoreError::from_sdk)
    }

    /// Holds unless `customer` was forgotten at or after `since`: what is of an earlier moment belongs to somebody who
    /// has gone, what is later to somebody who came back.
    pub(crate) fn not_forgotten(&self, customer: &str, since: Timestamp) -> Result<ConditionCheck, StoreError> {
        ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(mark_key(customer)))
            .condition_expression("attribute_not_exists(pk) OR #at < :since")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":since", number(since))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(StoreError::from_build)
    }

    /// What stands for `customer`, if it was forgotten at or after `since`.
    pub(crate) async fn pseudonym(&self, customer: &str, since: Timestamp) -> Result<Option<String>, StoreError> {
        let found = self.client.get_item().table_name(&self.table).set_key(Some(mark_key(customer)));
        let found = found.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
        let found = found.filter(|item| crate::store::item::get_i64(item, "at").is_some_and(|at| at >= since));
        Ok(pseudonym_of(found.as_ref()))
    }
}
