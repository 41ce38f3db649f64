//! The calls to DynamoDB for single items and batches: reads are consistent, writes may have a condition.

use crate::store::dynamo::item::{Item, from_item, key_item, key_of};
use crate::store::dynamo::update::Update;
use crate::store::dynamo::write::Put;
use crate::store::error::was_written;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};

/// Keys of one batch read: the limit of DynamoDB.
const BATCH: usize = 100;
/// Attempts for keys that a batch read left out.
const BATCH_ATTEMPTS: u32 = 4;

impl Store {
    /// One read of an item that does not exist: opens the connection, and shows whether the table exists.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.get_call(&Key::ping()).send().await.map(drop).map_err(StoreError::from_sdk)
    }

    /// A read that a caller completes.
    pub(crate) fn get_call(&self, key: &Key) -> GetItemFluentBuilder {
        self.client.get_item().table_name(&self.table).set_key(Some(key_item(key)))
    }

    /// The item under `key`, as it is now.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.get_item(key).await?.map(from_item).transpose()
    }

    /// The same with its attributes in the form of DynamoDB.
    pub(crate) async fn get_item(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let found = self.get_call(key).consistent_read(true).send().await.map_err(StoreError::from_sdk)?;
        Ok(found.item)
    }

    /// Replaces an item, without a condition.
    pub(crate) async fn put(&self, put: Put) -> Result<(), StoreError> {
        self.put_call(put)?.send().await.map(drop).map_err(StoreError::from_sdk)
    }

    /// A write of an item that a caller completes.
    pub(crate) fn put_call(&self, put: Put) -> Result<PutItemFluentBuilder, StoreError> {
        let put = put.into_sdk(&self.table)?;
        let call = self.client.put_item().table_name(put.table_name).set_item(Some(put.item));
        Ok(call
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values))
    }

    /// Replaces an item. `false`: the condition did not hold.
    pub(crate) async fn put_if(&self, put: Put) -> Result<bool, StoreError> {
        match self.put_call(put)?.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(false)
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// An update that a caller completes.
    pub(crate) fn update_call(&self, update: Update) -> Result<UpdateItemFluentBuilder, StoreError> {
        let update = update.into_sdk(&self.table)?;
        let call = self.client.update_item();
        let call = call.table_name(update.table_name).set_key(Some(update.key));
        Ok(call
            .update_expression(update.update_expression)
            .set_condition_expression(update.condition_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .set_return_values_on_condition_check_failure(update.return_values_on_condition_check_failure))
    }

    /// Updates an item. `false`: the condition did not hold.
    pub(crate) async fn update(&self, update: Update) -> Result<bool, StoreError> {
        was_written(self.update_call(update)?.send().await)
    }

    /// Removes an item, if there is one.
    pub(crate) async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let call = self.client.delete_item().table_name(&self.table).set_key(Some(key_item(key)));
        call.send().await.map(drop).map_err(StoreError::from_sdk)
    }

    /// The items under `keys` that exist: a call for each hundred keys.
    pub(crate) async fn get_batch(&self, mut keys: Vec<Key>) -> Result<HashMap<Key, Item>, StoreError> {
        let mut found = HashMap::new();
        // DynamoDB refuses a call that names a key twice.
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        for chunk in keys.chunks(BATCH) {
            let mut left: Vec<Item> = chunk.iter().map(key_item).collect();
            for _ in 0..BATCH_ATTEMPTS {
                let asked = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
                let asked = asked.map_err(StoreError::from_build)?;
                let answer = self.client.batch_get_item().request_items(&self.table, asked).send().await;
                let mut answer = answer.map_err(StoreError::from_sdk)?;
                for item in answer.responses.take().unwrap_or_default().into_values().flatten() {
                    found.insert(key_of(&item)?, item);
                }
                let unread = answer.unprocessed_keys.take().unwrap_or_default();
                left = unread.into_values().flat_map(|keys| keys.keys).collect();
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(StoreError::Contended);
            }
        }
        Ok(found)
    }
}
