//! What must not be kept: credentials never, people only as long as an order needs them.

use serde_json::Value;

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

/// `value` without credentials.
pub fn without_credentials(value: Value) -> Value {
    without(value, &CREDENTIALS)
}

/// `value` without people.
pub fn without_people(value: Value) -> Value {
    without(value, &PEOPLE)
}

fn without(mut value: Value, keys: &[&str]) -> Value {
    match &mut value {
        Value::Object(object) => {
            object.retain(|key, _| !keys.contains(&key.to_ascii_lowercase().as_str()));
            for inner in object.values_mut() {
                *inner = without(inner.take(), keys);
            }
        }
        Value::Array(list) => {
            for inner in list.iter_mut() {
                *inner = without(inner.take(), keys);
            }
        }
        _ => {}
    }
    value
}
