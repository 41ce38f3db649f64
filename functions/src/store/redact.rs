//! What must not be kept: credentials never, people only as long as an order needs them.

use serde::{Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// Keys of credentials, wherever upstream may have echoed them.
const CREDENTIALS: [&str; 5] = ["login_email", "login_password", "password", "api_secret", "authorization"];
/// Keys of people.
const PEOPLE: [&str; 11] = [
    "user",
    "users",
    "persona",
    "personas",
    "user_id",
    "email",
    "user_email",
    "first_name",
    "last_name",
    "profile_picture_url",
    "sequencer",
];

/// What may be kept of a value: written as JSON, it lacks the rest at every depth.
#[derive(Clone, Copy)]
pub struct Kept<'v> {
    value: &'v Value,
    with_people: bool,
}

impl<'v> Kept<'v> {
    /// All but credentials.
    pub fn without_credentials(value: &'v Value) -> Self {
        Self { value, with_people: true }
    }

    /// All but credentials and people.
    pub fn without_people(value: &'v Value) -> Self {
        Self { value, with_people: false }
    }

    /// The outermost keys that are kept.
    pub fn keys(self) -> impl Iterator<Item = &'v str> {
        self.value.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).filter(move |key| self.keeps(key))
    }

    /// As JSON.
    pub fn json(self) -> String {
        // Only keys that are no text and numbers that are not finite cannot be written; JSON has neither.
        serde_json::to_string(&self).unwrap_or_default()
    }

    fn keeps(self, key: &str) -> bool {
        let is = |of: &[&str]| of.iter().any(|cut| cut.eq_ignore_ascii_case(key));
        !is(&CREDENTIALS) && (self.with_people || !is(&PEOPLE))
    }
}

/// Shows what is kept and nothing else.
impl fmt::Debug for Kept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.json())
    }
}

impl Serialize for Kept<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = |value| Kept { value, ..*self };
        match self.value {
            Value::Object(object) => {
                let kept = object.iter().filter(|(key, _)| self.keeps(key));
                serializer.collect_map(kept.map(|(key, value)| (key, inner(value))))
            }
            Value::Array(list) => serializer.collect_seq(list.iter().map(inner)),
            plain => plain.serialize(serializer),
        }
    }
}
