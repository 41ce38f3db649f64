//! Parses fields of a JSON body; each error names its field.

use serde_json::{Map, Value};

use super::reply::Refusal;
use crate::world::Sequencer;

/// A JSON object.
pub(crate) type Fields = Map<String, Value>;

/// Parses the body as an object.
pub(crate) fn object(body: &[u8]) -> Result<Fields, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Refusal::bad("invalid_request", "The body must be a JSON object")),
        Err(error) => Err(Refusal::bad("invalid_request", format!("The body must be valid JSON: {error}"))),
    }
}

/// A field that is present and not null.
pub(crate) fn present<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    fields.get(name).filter(|value| !value.is_null())
}

/// A string; `None` if absent or null.
pub(crate) fn text<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, Refusal> {
    match present(fields, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::invalid(name, format!("{name} must be a string"))),
    }
}

/// A string that is not empty; `named` is the field's name in the error.
pub(crate) fn needed_text<'a>(fields: &'a Fields, name: &str, named: &str) -> Result<&'a str, Refusal> {
    match fields.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text),
        _ => Err(Refusal::invalid(named, format!("{named} is required, a non-empty string"))),
    }
}

/// An integer of zero or more; `None` if absent or null.
pub(crate) fn whole(fields: &Fields, name: &str) -> Result<Option<u64>, Refusal> {
    match present(fields, name) {
        None => Ok(None),
        Some(value) => {
            value.as_u64().map(Some).ok_or_else(|| Refusal::invalid(name, format!("{name} must be a whole number")))
        }
    }
}

/// Inboxes per Google domain: 2 or 3.
pub(crate) fn inboxes(fields: &Fields) -> Result<Option<u64>, Refusal> {
    let name = "google_inboxes_per_domain";
    match whole(fields, name)? {
        Some(count) if count != 2 && count != 3 => Err(Refusal::invalid(name, format!("{name} is 2 or 3"))),
        other => Ok(other),
    }
}

/// A boolean; `None` if absent or null.
pub(crate) fn flag(fields: &Fields, name: &str) -> Result<Option<bool>, Refusal> {
    match present(fields, name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(Refusal::invalid(name, format!("{name} must be true or false"))),
    }
}

/// A list of 1 to `most` items.
pub(crate) fn items<'a>(fields: &'a Fields, name: &str, most: usize) -> Result<&'a [Value], Refusal> {
    match fields.get(name) {
        Some(Value::Array(items)) if (1..=most).contains(&items.len()) => Ok(items),
        _ => Err(Refusal::invalid(name, format!("{name} must be a list of 1 to {most} items"))),
    }
}

/// A list of 1 to `most` strings.
pub(crate) fn texts<'a>(fields: &'a Fields, name: &str, most: usize) -> Result<Vec<&'a str>, Refusal> {
    let text =
        |item: &'a Value| item.as_str().ok_or_else(|| Refusal::invalid(name, format!("{name} must hold strings")));
    items(fields, name, most)?.iter().map(text).collect()
}

/// The field `sequencer` without its login.
pub(crate) fn sequencer(fields: &Fields) -> Result<Sequencer, Refusal> {
    let Some(Value::Object(sequencer)) = fields.get("sequencer") else {
        return Err(Refusal::invalid("sequencer", "sequencer is required, an object"));
    };
    if sequencer.get("provider").and_then(Value::as_str) != Some("smartlead") {
        return Err(Refusal::invalid("sequencer.provider", "sequencer.provider must be smartlead"));
    }
    let client_id = match sequencer.get("client_id") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(value) => Some(value.as_i64().ok_or_else(|| {
            Refusal::invalid("sequencer.client_id", "sequencer.client_id must be a whole number, null or \"\"")
        })?),
    };
    Ok(Sequencer { provider: "smartlead".to_owned(), client_id })
}

/// Whether a string looks like a web address.
pub(crate) fn is_web_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

/// Whether a string looks like an email address.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text.contains(char::is_whitespace)
}
