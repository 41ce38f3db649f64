//! Checks requests and responses against docs/openapi.json.

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

/// The template that matches `path`, the most literal one first.
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

/// Checks one response against the document. An undocumented route must be a `404` or a `405`.
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
            assert!(has_documented_code(&value, response), "an error code that is not documented: {place}");
        }
    }
}

/// Whether the code of a refusal is one of the response's examples. Upstream's own codes are passed on with its request id,
/// and may be any.
fn has_documented_code(body: &Value, response: &Value) -> bool {
    let Some(code) = body.pointer("/error/code").and_then(Value::as_str) else {
        return true;
    };
    let examples = response.pointer("/content/application~1json/examples").and_then(Value::as_object);
    let is_upstreams = body.pointer("/error/details/upstream_request_id").is_some();
    is_upstreams || examples.is_some_and(|examples| examples.contains_key(code))
}

/// Everything that the document shows as an example: where, the value, and the schema that it has to fit.
pub(crate) fn examples() -> Vec<(String, &'static Value, &'static Value)> {
    let mut found = Vec::new();
    let mut add = |place: String, content: &'static Value| {
        let Some(media) = content.pointer("/application~1json") else { return };
        let named = media["examples"].as_object().into_iter().flatten();
        let named = named.map(|(name, example)| match example["$ref"].as_str() {
            Some(reference) => (name.as_str(), &DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap()["value"]),
            None => (name.as_str(), &example["value"]),
        });
        for (name, value) in media.get("example").map(|value| ("the example", value)).into_iter().chain(named) {
            found.push((format!("{place}: {name}"), value, &media["schema"]));
        }
    };
    for (path, item) in templates() {
        for (method, operation) in item.as_object().unwrap() {
            add(format!("{method} {path}"), &operation["requestBody"]["content"]);
            for (status, response) in operation["responses"].as_object().unwrap() {
                add(format!("{method} {path} {status}"), &response["content"]);
            }
        }
    }
    found
}

/// Validates the part of JSON Schema that the document uses: types, required and known properties, items, enumerations,
/// alternatives. Where a schema names properties, others are undocumented.
pub(crate) fn conforms(value: &Value, schema: &Value, at: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} is missing"));
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
        return Err(format!("{at} is not one of {}", schema["enum"]));
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
        let properties = schema["properties"].as_object();
        for (name, value) in object {
            match (properties.and_then(|properties| properties.get(name)), &schema["additionalProperties"]) {
                (Some(inner), _) => conforms(value, inner, &format!("{at}.{name}"))?,
                (None, rest @ Value::Object(_)) => conforms(value, rest, &format!("{at}.{name}"))?,
                (None, Value::Null | Value::Bool(false)) if properties.is_some() => {
                    return Err(format!("{at}.{name} is not documented"));
                }
                (None, _) => {}
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

/// `METHOD path` of the documented operation of a call.
pub(crate) fn route_of(method: &Method, path: &str) -> String {
    let (template, _) = template_of(path).unwrap_or_else(|| panic!("{path} is not documented"));
    format!("{method} {template}")
}

/// The documented operations with the security scheme `scheme`.
pub(crate) fn routes_of(scheme: &str) -> BTreeSet<String> {
    let mut found = operations();
    found.retain(|operation| {
        let (method, path) = operation.split_once(' ').unwrap();
        let security = &DOCUMENT["paths"][path][method.to_ascii_lowercase()]["security"];
        security.as_array().into_iter().flatten().any(|one| one.get(scheme).is_some())
    });
    found
}
