//! A JSON value as the host holds it, and what a client of the order proxy needs of one.

use serde_json::{Map, Value};
use std::fmt::Debug;

/// A JSON value of the host: one of JavaScript in a browser, one of `serde_json` elsewhere.
pub trait Json: Clone + Debug + PartialEq {
    /// What an object has under `key`; nothing when it is missing or `null`, and in what is no object.
    fn member(&self, key: &str) -> Option<Self>;

    /// The text that this is.
    fn as_text(&self) -> Option<String>;

    /// A text that an object has under `key`.
    fn text(&self, key: &str) -> Option<String>;

    /// An integer, not below zero, that an object has under `key`.
    fn number(&self, key: &str) -> Option<u64>;

    /// `true` or `false`, when an object has it under `key`.
    fn flag(&self, key: &str) -> Option<bool>;

    /// The entries of an array; none of anything else.
    fn items(&self) -> Vec<Self>;

    /// Whether two objects differ in nothing but the values under `keys`.
    fn is_same_but(&self, other: &Self, keys: &[&str]) -> bool;

    /// The object `{"domains": names}`.
    fn of_domains(names: &[String]) -> Self;

    /// An object of texts.
    fn of_texts(texts: &[(&str, &str)]) -> Self;

    /// A copy of an object with `text` under `key`.
    #[must_use]
    fn with(&self, key: &str, text: &str) -> Self;
}

impl Json for Value {
    fn member(&self, key: &str) -> Option<Self> {
        self.get(key).filter(|value| !value.is_null()).cloned()
    }

    fn as_text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.as_str().map(str::to_owned)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.get(key)?.as_u64()
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    fn items(&self) -> Vec<Self> {
        self.as_array().cloned().unwrap_or_default()
    }

    fn is_same_but(&self, other: &Self, keys: &[&str]) -> bool {
        let rest = |value: &Self| {
            let mut value = value.clone();
            if let Some(object) = value.as_object_mut() {
                object.retain(|key, _| !keys.contains(&key.as_str()));
            }
            value
        };
        rest(self) == rest(other)
    }

    fn of_domains(names: &[String]) -> Self {
        Self::Object(Map::from_iter([("domains".to_owned(), names.into())]))
    }

    fn of_texts(texts: &[(&str, &str)]) -> Self {
        Self::Object(texts.iter().map(|(key, text)| ((*key).to_owned(), (*text).into())).collect())
    }

    fn with(&self, key: &str, text: &str) -> Self {
        let mut object = self.as_object().cloned().unwrap_or_default();
        object.insert(key.to_owned(), text.into());
        Self::Object(object)
    }
}

/// The body of an answer, when it is JSON, also behind a byte order mark.
pub fn from_text(text: &str) -> Option<Value> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}
