//! What docs/openapi.json says of a request: its operation, and whether an answer conforms to it.

use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

/// The documented paths, as templates.
pub(crate) fn templates() -> impl Iterator<Item = (&'static String, &'static Value)> {
    DOCUMENT["paths"].as_object().unwrap().iter()
}

/// The template that `path` fits, the most literal one first.
fn template_of(path: &str) -> Option<(&'static String, &'static Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        let pair = |(wanted, given): (&&str, &&str)| wanted == given || (wanted.starts_with('{') && !given.is_empty());
        wanted.len() == segments.len() && wanted.iter().zip(&segments).all(pair)
    };
    templates().filter(|(template, _)| fits(template)).min_by_key(|(template, _)| template.matches('{').count())
}

/// Holds one answer against the document. What is not in it is a `404` or a `405`.
pub(crate) fn check(method: &Method, path: &str, status: u16, body: &str) {
    if [Method::OPTIONS, Method::HEAD].contains(method) {
        return;
    }
    let place = format!("{method} {path}: {status} {body}");
    let operation = template_of(path).and_then(|(_, item)| item.get(method.as_str().to_ascii_lowercase()));
    let Some(operation) = operation else {
        assert!([403, 404, 405].contains(&status), "an operation that is not documented: {place}");
        return;
    };
    let Some(response) = operation["responses"].get(status.to_string()) else {
        panic!("a status that is not documented: {place}");
    };
    match response.pointer("/content/application~1json/schema") {
        None => assert!(body.is_empty(), "a body that is not documented: {place}"),
        Some(schema) => {
            let value: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("not JSON: {place}"));
            if let Err(what) = conforms(&value, schema, "") {
                panic!("{what}: {place}");
            }
        }
    }
}

/// What of JSON Schema the document uses: types, required and known properties, items, enumerations, alternatives.
fn conforms(value: &Value, schema: &Value, at: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} is gone"));
        return conforms(value, target, at);
    }
    if let Some(alternatives) = schema["oneOf"].as_array() {
        let fitting = alternatives.iter().filter(|schema| conforms(value, schema, at).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { Err(format!("{at} fits {fitting} alternatives")) };
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.contains(&type_of(value)) {
        return Err(format!("{at} is no {types:?}"));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Err(format!("{at} is not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Err(format!("{at} is none of {}", schema["enum"]));
    }
    if let (Some(items), Some(entries)) = (schema.get("items"), value.as_array()) {
        for (index, entry) in entries.iter().enumerate() {
            conforms(entry, items, &format!("{at}[{index}]"))?;
        }
    }
    if let Some(object) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                return Err(format!("{at} lacks {name}"));
            }
        }
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = object.get(name) {
                conforms(value, inner, &format!("{at}.{name}"))?;
            }
        }
    }
    Ok(())
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// `METHOD path` of every documented operation.
pub(crate) fn operations() -> BTreeSet<String> {
    let all = templates().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        methods.map(move |method| format!("{} {path}", method.to_ascii_uppercase()))
    });
    all.collect()
}

/// `METHOD path` of the documented operation that a call is of.
pub(crate) fn route_of(method: &Method, path: &str) -> String {
    let (template, _) = template_of(path).unwrap_or_else(|| panic!("{path} is not documented"));
    format!("{method} {template}")
}

/// The documented operations that the credentials `scheme` open.
pub(crate) fn routes_of(scheme: &str) -> BTreeSet<String> {
    let mut found = operations();
    found.retain(|operation| {
        let (method, path) = operation.split_once(' ').unwrap();
        let security = &DOCUMENT["paths"][path][method.to_ascii_lowercase()]["security"];
        security.as_array().into_iter().flatten().any(|one| one.get(scheme).is_some())
    });
    found
}
