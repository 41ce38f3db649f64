//! Items as typed structs: `serde_dynamo` turns them into attributes and back.

use crate::store::StoreError;
use crate::store::key::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;

/// An item with its attributes in the form of DynamoDB.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// `attributes` under `key`.
pub(crate) fn to_item(key: &Key, attributes: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(attributes).map_err(StoreError::from_build)?;
    item.extend(key_item(key));
    Ok(item)
}

/// The attributes of an item. Attributes that `T` does not name are ignored.
pub(crate) fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|_| unreadable::<T>())
}

/// The error for an item that is not a `T`.
pub(crate) fn unreadable<T>() -> StoreError {
    StoreError::Item(std::any::type_name::<T>().rsplit("::").next().unwrap_or_default())
}

/// The key as attributes.
pub(crate) fn key_item(key: &Key) -> Item {
    HashMap::from(
        [("pk", &key.pk), ("sk", &key.sk)].map(|(name, text)| (name.to_owned(), AttributeValue::S(text.clone()))),
    )
}

/// The key of an item, or of a row of an index.
pub(crate) fn key_of(item: &Item) -> Result<Key, StoreError> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    let part = |name: &str| text(name).ok_or_else(unreadable::<Key>);
    Ok(Key { pk: part("pk")?, sk: part("sk")? })
}

/// The number in an attribute of which the name is known at run time only.
pub(crate) fn number_in(item: &Item, attribute: &str) -> Option<i64> {
    item.get(attribute).and_then(|value| value.as_n().ok()).and_then(|digits| digits.parse().ok())
}

/// The first `most` characters: a word from upstream may have any length, and an item may not.
pub(crate) fn short(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// A value as JSON text.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::from_build)
}

/// For `#[serde(skip_serializing_if = "is_false")]`: a flag that is `false` is not written.
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}

/// An attribute that holds JSON text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::to_string(&self.0).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map(Self).map_err(serde::de::Error::custom)
    }
}
