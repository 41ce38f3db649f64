//! docs/notifications: generated from the types, current, and understood by a reader of JSON Schema that is not ours.

use functions::model::notification::catalogue::KINDS;
use functions::model::notification::schema::documents;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/notifications")
}

#[test]
fn committed_schemas_are_what_the_types_describe() {
    let generated = documents();
    assert_eq!(generated.len(), 2 * KINDS.len());
    for (name, text) in &generated {
        let committed = std::fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(committed == *text, "docs/notifications/{name} is stale: run `cargo xtask openapi` and commit");
    }
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let json: BTreeSet<String> = files.filter(|name| name.ends_with(".json")).collect();
    assert_eq!(json, generated.into_keys().collect(), "files of types that do not exist any more");
}

#[test]
fn every_type_is_in_the_table_of_the_readme() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let rows: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("| [`")?.split('`').next()).collect();
    assert_eq!(rows, KINDS);
}

#[test]
fn schemas_describe_every_field_and_name_personal_data() {
    for (name, text) in documents() {
        if !name.ends_with(".schema.json") {
            continue;
        }
        let schema: Value = serde_json::from_str(&text).unwrap();
        let mut fields = Vec::new();
        collect(&schema["properties"]["data"], "data", &mut fields);
        for (definition, schema) in schema["$defs"].as_object().into_iter().flatten() {
            collect(schema, definition, &mut fields);
        }
        assert!(!fields.is_empty(), "{name}");
        for (path, field) in fields {
            let description = field["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty() || field.get("$ref").is_some(), "{name}: {path} is not described");
            let is_person = path.ends_with(".customer");
            assert_eq!(is_person, description.starts_with("Personal data"), "{name}: {path}: {description}");
        }
    }
}

fn collect<'s>(schema: &'s Value, path: &str, fields: &mut Vec<(String, &'s Value)>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        fields.push((format!("{path}.{name}"), field));
    }
}
