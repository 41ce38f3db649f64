//! docs/notifications/: a JSON Schema and an example of each type, from the types themselves. No function calls it, so the
//! linker leaves it out.

use crate::model::notification::data::{
    DomainConnected, EndpointDisabled, EndpointRecovered, ImportCompleted, ImportNeedsNameservers, MarginBelowFloor,
    OrderCancelScheduled, OrderCancelled, OrderCompleted, OrderFailed, OrderNeedsAction, OrderNotPlaced, OrderPlaced,
    OrderRenewsSoon, UpstreamDrift,
};
use crate::model::notification::examples::{HAPPENED, example};
use crate::model::notification::{BODY_VERSION, Notification, NotificationId};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Where the schemas are published; the version is part of the address.
const BASE: &str = "https://peeker-checkout.dev/notifications";

/// Every file of docs/notifications/ that is generated, by its name.
pub fn documents() -> BTreeMap<String, String> {
    schemas()
        .into_iter()
        .flat_map(|(kind, data)| {
            let files = [(format!("{kind}.schema.json"), schema(kind, data)), (format!("{kind}.json"), body(kind))];
            files.map(|(name, value)| (name, written(&value)))
        })
        .collect()
}

fn schemas() -> [(&'static str, Value); 15] {
    [
        ("order.placed", of::<OrderPlaced>()),
        ("order.not_placed", of::<OrderNotPlaced>()),
        ("order.completed", of::<OrderCompleted>()),
        ("order.needs_action", of::<OrderNeedsAction>()),
        ("order.failed", of::<OrderFailed>()),
        ("order.cancel_scheduled", of::<OrderCancelScheduled>()),
        ("order.cancelled", of::<OrderCancelled>()),
        ("order.renews_soon", of::<OrderRenewsSoon>()),
        ("domain.connected", of::<DomainConnected>()),
        ("import.needs_nameservers", of::<ImportNeedsNameservers>()),
        ("import.completed", of::<ImportCompleted>()),
        ("upstream.drift", of::<UpstreamDrift>()),
        ("margin.below_floor", of::<MarginBelowFloor>()),
        ("endpoint.disabled", of::<EndpointDisabled>()),
        ("endpoint.recovered", of::<EndpointRecovered>()),
    ]
}

fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.meta_schema = None);
    SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value()
}

/// The schema of the body of type `kind`, whose data have the schema `data`.
fn schema(kind: &str, mut data: Value) -> Value {
    let mut take = |name: &str| data.as_object_mut().and_then(|data| data.remove(name)).unwrap_or_default();
    let (definitions, _, description) = (take("$defs"), take("title"), take("description"));
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{BASE}/v{BODY_VERSION}/{kind}.schema.json"),
        "title": kind,
        "description": description,
        "type": "object",
        "properties": {
            "type": {"const": kind},
            "timestamp": {"description": "When it happened, ISO 8601 in UTC.", "type": "string", "format": "date-time"},
            "version": {"description": "Version of the body.", "const": BODY_VERSION},
            "test": {"description": "true for a notification that was made for a test; absent otherwise.", "const": true},
            "data": data,
        },
        "required": ["type", "timestamp", "version", "data"],
    });
    if let (Some(schema), Value::Object(definitions)) = (schema.as_object_mut(), definitions) {
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    join_lines(&mut schema);
    schema
}

/// The example of type `kind`.
fn body(kind: &str) -> Value {
    let id = NotificationId::of_fact(kind, &[]);
    let notification = example(kind).map(|event| Notification { id, at: HAPPENED, event, test: false });
    notification.and_then(|notification| serde_json::to_value(notification.body()).ok()).unwrap_or_default()
}

/// All files as one JSON object, for the program that writes them.
pub fn as_json() -> String {
    let files: Map<String, Value> = documents().into_iter().map(|(name, text)| (name, Value::String(text))).collect();
    Value::Object(files).to_string()
}

/// Joins the lines of descriptions, which are doc comments.
fn join_lines(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "description" => *text = text.replace("\n ", " ").replace('\n', " "),
                    field => join_lines(field),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(join_lines),
        _ => {}
    }
}

/// Indented, with one line break at the end.
fn written(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
