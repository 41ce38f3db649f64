//! Adjusts generated schemas to our JSON.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Value, json};

/// Adjusts a schema to our JSON.
#[derive(Debug, Clone)]
pub struct Tidy;

impl Transform for Tidy {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.as_bool().is_some() {
            return;
        }
        transform_subschemas(self, schema);
        // Alternatives exclude each other.
        if let Some(alternatives) = schema.remove("anyOf") {
            schema.insert("oneOf".to_owned(), alternatives);
        }
        without_width(schema);
        // A comment is wrapped where its line is full.
        if let Some(Value::String(text)) = schema.ensure_object().get_mut("description") {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        // A body that we take is strict, and `null` counts as absent in it. What an answer may lack is never `null`.
        if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            absent_is_not_null(schema);
        }
    }
}

fn absent_is_not_null(schema: &mut Schema) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| required.as_array().is_some_and(|names| names.iter().any(|known| known == name));
    let Some(Value::Object(properties)) = schema.ensure_object().get_mut("properties") else { return };
    for (name, property) in properties {
        let Ok(property) = <&mut Schema>::try_from(property) else { continue };
        // What serde takes for a missing field does not matter to the reader of an answer.
        property.remove("default");
        // Some fields may be both, and say so.
        if !is_required(name) && property.get("$comment").is_none() {
            without_null(property);
        }
    }
}

/// Takes away the width of Rust's numbers, which means nothing to a client.
pub fn without_width(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.contains("int")) {
        schema.remove("format");
    }
}

/// Takes `null` out of the alternatives of `schema`.
pub fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.ensure_object().get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    let null = json!({"type": "null"});
    for word in ["anyOf", "oneOf"] {
        let Some(Value::Array(alternatives)) = schema.ensure_object().get_mut(word) else { continue };
        alternatives.retain(|alternative| *alternative != null);
        if let [Value::Object(only)] = alternatives.as_slice() {
            let only = only.clone();
            schema.remove(word);
            only.into_iter().for_each(|(key, value)| drop(schema.insert(key, value)));
        }
    }
}
