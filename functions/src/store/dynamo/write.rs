//! Writes of whole items, and checks: the parts of a transaction besides updates.

use crate::store::StoreError;
use crate::store::condition::Condition;
use crate::store::dynamo::expression::Placeholders;
use crate::store::dynamo::item::{Item, key_item, to_item};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use aws_sdk_dynamodb::types::{self, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use serde::Serialize;

/// Replaces an item.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Put {
    item: Item,
    condition: Option<Condition>,
    returns_refused_item: bool,
}

impl Put {
    /// Writes `attributes` under `key`.
    pub(crate) fn new(key: &Key, attributes: &impl Serialize) -> Result<Self, StoreError> {
        Ok(Self { item: to_item(key, attributes)?, condition: None, returns_refused_item: false })
    }

    /// Writes nothing but the key.
    pub(crate) fn key_only(key: &Key) -> Self {
        Self { item: key_item(key), condition: None, returns_refused_item: false }
    }

    pub(crate) fn only_if(self, condition: Condition) -> Self {
        Self { condition: Some(condition), ..self }
    }

    /// Returns the item as it is when the condition does not hold.
    pub(crate) fn returning_refused_item(self) -> Self {
        Self { returns_refused_item: true, ..self }
    }

    /// The write in the form of the SDK.
    pub(super) fn into_sdk(self, table: &str) -> Result<types::Put, StoreError> {
        let mut placeholders = Placeholders::default();
        let condition = self.condition.map(|condition| condition.text(&mut placeholders));
        let returned = self.returns_refused_item.then_some(ReturnValuesOnConditionCheckFailure::AllOld);
        types::Put::builder()
            .table_name(table)
            .set_item(Some(self.item))
            .set_condition_expression(condition)
            .set_expression_attribute_names(placeholders.names())
            .set_expression_attribute_values(placeholders.values())
            .set_return_values_on_condition_check_failure(returned)
            .build()
            .map_err(StoreError::from_build)
    }
}

/// Removes an item.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Delete {
    key: Key,
    condition: Option<Condition>,
}

impl Delete {
    pub(crate) const fn new(key: Key) -> Self {
        Self { key, condition: None }
    }

    pub(crate) fn only_if(self, condition: Condition) -> Self {
        Self { condition: Some(condition), ..self }
    }
}

/// Holds a transaction to a condition on an item that it does not write. A refusal returns the item.
#[derive(Debug, Clone)]
#[must_use]
pub(crate) struct Check {
    pub(crate) key: Key,
    pub(crate) condition: Condition,
}

/// One write of a transaction.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    Put(Put),
    Update(Box<Update>),
    Delete(Delete),
    Check(Check),
}

impl From<Put> for Write {
    fn from(put: Put) -> Self {
        Self::Put(put)
    }
}

impl From<Update> for Write {
    fn from(update: Update) -> Self {
        Self::Update(Box::new(update))
    }
}

impl From<Delete> for Write {
    fn from(delete: Delete) -> Self {
        Self::Delete(delete)
    }
}

impl From<Check> for Write {
    fn from(check: Check) -> Self {
        Self::Check(check)
    }
}

impl Write {
    /// The write in the form of the SDK.
    pub(super) fn into_sdk(self, table: &str) -> Result<TransactWriteItem, StoreError> {
        let item = TransactWriteItem::builder();
        let item = match self {
            Self::Put(put) => item.put(put.into_sdk(table)?),
            Self::Update(update) => item.update((*update).into_sdk(table)?),
            Self::Delete(delete) => item.delete(sdk_delete(delete, table)?),
            Self::Check(check) => item.condition_check(sdk_check(&check, table)?),
        };
        Ok(item.build())
    }
}

fn sdk_delete(delete: Delete, table: &str) -> Result<types::Delete, StoreError> {
    let mut placeholders = Placeholders::default();
    let condition = delete.condition.map(|condition| condition.text(&mut placeholders));
    types::Delete::builder()
        .table_name(table)
        .set_key(Some(key_item(&delete.key)))
        .set_condition_expression(condition)
        .set_expression_attribute_names(placeholders.names())
        .set_expression_attribute_values(placeholders.values())
        .build()
        .map_err(StoreError::from_build)
}

fn sdk_check(check: &Check, table: &str) -> Result<types::ConditionCheck, StoreError> {
    let mut placeholders = Placeholders::default();
    types::ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(key_item(&check.key)))
        .condition_expression(check.condition.text(&mut placeholders))
        .set_expression_attribute_names(placeholders.names())
        .set_expression_attribute_values(placeholders.values())
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .map_err(StoreError::from_build)
}
