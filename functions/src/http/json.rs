//! Reads JSON into a [`Value`] and finds names that an object has twice: readers differ in which of the two they take.

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use shared::problem::{Finding, MAX_FINDINGS};
use std::fmt;

/// Characters of a name that a path shows.
const MAX_SHOWN_NAME: usize = 64;
/// Characters of a path that a finding shows.
const MAX_SHOWN_PATH: usize = 256;

/// The value that `bytes` hold, and a finding for each name that one of its objects has twice.
///
/// # Errors
/// Where `bytes` stop being JSON.
pub fn read(bytes: &[u8]) -> Result<(Value, Vec<Finding>), serde_json::Error> {
    let mut findings = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Reader { path: String::new(), findings: &mut findings }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, findings))
}

/// Reads the value at `path`.
struct Reader<'f> {
    path: String,
    findings: &'f mut Vec<Finding>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let path = short(format!("{}[{}]", self.path, values.len()));
            match entries.next_element_seed(Reader { path, findings: self.findings })? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            // A name is the sender's text: it is shown shortened, so that an answer cannot be made huge.
            let shown: String = name.chars().take(MAX_SHOWN_NAME).collect();
            let path = if self.path.is_empty() { shown } else { format!("{}.{shown}", self.path) };
            let path = short(path);
            let is_known = |finding: &Finding| finding.field == path;
            if object.contains_key(&name) && self.findings.len() < MAX_FINDINGS && !self.findings.iter().any(is_known) {
                let message = format!("{path} occurs more than once. Send it once.");
                self.findings.push(Finding::new("duplicate_field", path.clone(), message));
            }
            let value = entries.next_value_seed(Reader { path, findings: self.findings })?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

fn short(path: String) -> String {
    match path.char_indices().nth(MAX_SHOWN_PATH) {
        Some((end, _)) => path.get(..end).unwrap_or_default().to_owned(),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::Value;

    #[test]
    fn json_without_duplicate_keys_parses_like_serde_json() {
        for json in [
            r#"{"a": [1, -2, 2.5, 1e3, 18446744073709551615, true, null, "\u00e4\n"], "b": {"a": {}}, "c": []}"#,
            r#"[{"a": 1}, {"a": 1}]"#,
            r#""text""#,
            "7",
            "null",
        ] {
            let (value, findings) = read(json.as_bytes()).expect("it is JSON");
            assert_eq!(value, serde_json::from_str::<Value>(json).expect("it is JSON"), "{json}");
            assert!(findings.is_empty(), "{findings:?}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for json in ["", "{} {}", "{\"a\": 1,}", deep.as_str()] {
            assert_eq!(
                read(json.as_bytes()).map_err(|error| error.to_string()).err(),
                serde_json::from_str::<Value>(json).map_err(|error| error.to_string()).err(),
                "{json}"
            );
        }
    }

    #[test]
    fn duplicate_key_is_reported_once_at_any_depth() {
        for (json, expected) in [
            (r#"{"a": 1, "a": 1}"#, &["a"][..]),
            (r#"{"a": 1, "a": 2, "b": {}, "a": 3}"#, &["a"]),
            (r#"{"a": [{"b": 1}, {"b": 1, "c": 2, "b": 3}], "d": 1, "d": 2}"#, &["a[1].b", "d"]),
            (r#"{"a": {"b": {"c": null, "c": null}}}"#, &["a.b.c"]),
            (r#"{"a": 1, "\u0061": 2}"#, &["a"]),
        ] {
            let (_, findings) = read(json.as_bytes()).expect("it is JSON");
            let fields: Vec<&str> = findings.iter().map(|finding| finding.field.as_str()).collect();
            assert_eq!(fields, expected, "{json}");
        }
    }

    #[test]
    fn findings_are_limited_in_length_and_number() {
        let long = format!("\"{}\":1", "ä".repeat(1_000));
        let nested = format!("{}{{{long},{long}}}{}", r#"{"abcdefgh":"#.repeat(100), "}".repeat(100));
        let many: Vec<String> = (0..5_000).map(|n| format!("\"{n}\":1,\"{n}\":1")).collect();
        let many = format!("{{{}}}", many.join(","));
        for (json, count) in [(nested, 1), (many, 2_000)] {
            let (_, findings) = read(json.as_bytes()).expect("it is JSON");
            assert_eq!(findings.len(), count);
            assert!(findings.iter().all(|finding| finding.field.chars().count() <= 256));
        }
    }
}
