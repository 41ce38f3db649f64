//! Reads a JSON object strictly, field by field, and collects everything that is wrong with it.

use crate::problem::Finding;
use serde_json::{Map, Value};

/// Reads the fields of one object and collects findings.
#[derive(Debug)]
pub struct Fields<'f> {
    object: Map<String, Value>,
    path: String,
    findings: &'f mut Vec<Finding>,
    unknown: Unknown,
}

/// How [`Fields::finish`] treats unknown fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Refused,
    Ignored,
}

impl<'f> Fields<'f> {
    /// Reads `object` at `path` (empty for the body itself). Unknown fields are findings.
    pub fn new(object: Map<String, Value>, path: impl Into<String>, findings: &'f mut Vec<Finding>) -> Self {
        Self { object, path: path.into(), findings, unknown: Unknown::Refused }
    }

    /// Reads the claims of a token: partners may add claims of their own, so unknown ones are ignored.
    pub fn of_claims(claims: Map<String, Value>, findings: &'f mut Vec<Finding>) -> Self {
        Self { unknown: Unknown::Ignored, ..Self::new(claims, "", findings) }
    }

    /// The same fields, of which unknown ones are findings.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { unknown: Unknown::Refused, ..self }
    }

    /// The path of `key`, as findings name it.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Adds a finding about `key`.
    pub fn add_finding(&mut self, key: &str, code: &'static str, message: impl Into<String>) {
        let finding = Finding::new(code, self.path_of(key), message);
        self.findings.push(finding);
    }

    /// Whether nothing was found so far.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many findings there are so far, these fields' and those read before.
    pub fn count(&self) -> usize {
        self.findings.len()
    }

    /// The value of `key`, if the key is there at all.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.object.remove(key)
    }

    /// The value of `key`; `null` counts as absent.
    pub fn optional(&mut self, key: &str) -> Option<Value> {
        self.take(key).filter(|value| !value.is_null())
    }

    /// The value of a key that must be there.
    pub fn required(&mut self, key: &str) -> Option<Value> {
        let value = self.optional(key);
        if value.is_none() {
            self.add_finding(key, "missing_field", format!("{} is required.", self.path_of(key)));
        }
        value
    }

    /// A string that must be there.
    pub fn required_string(&mut self, key: &str) -> Option<String> {
        let value = self.required(key)?;
        self.as_string(key, value)
    }

    /// A string, or nothing.
    pub fn optional_string(&mut self, key: &str) -> Option<String> {
        let value = self.optional(key)?;
        self.as_string(key, value)
    }

    /// A whole number of at least 0, or nothing.
    pub fn optional_u64(&mut self, key: &str) -> Option<u64> {
        let value = self.optional(key)?;
        let number = whole_number(&value);
        if number.is_none() {
            self.add_finding(key, "wrong_type", format!("{} must be a whole number, 0 or more.", self.path_of(key)));
        }
        number
    }

    /// A list that must be there.
    pub fn required_array(&mut self, key: &str) -> Option<Vec<Value>> {
        let value = self.required(key)?;
        self.as_array(key, value)
    }

    /// A list, or nothing.
    pub fn optional_array(&mut self, key: &str) -> Option<Vec<Value>> {
        let value = self.optional(key)?;
        self.as_array(key, value)
    }

    /// A list of strings that must be there; other entries are findings.
    pub fn strings(&mut self, key: &str, values: Vec<Value>) -> Vec<String> {
        let mut strings = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            match value {
                Value::String(text) => strings.push(text),
                _ => self.add_finding(&format!("{key}[{index}]"), "wrong_type", "Each entry must be a string."),
            }
        }
        strings
    }

    /// `value` as an object to read in turn; its findings join these.
    pub fn nested(&mut self, key: &str, value: Value) -> Option<Fields<'_>> {
        let path = self.path_of(key);
        match value {
            Value::Object(object) => Some(Fields { unknown: self.unknown, ..Fields::new(object, path, self.findings) }),
            _ => {
                self.findings.push(Finding::new("wrong_type", path.clone(), format!("{path} must be an object.")));
                None
            }
        }
    }

    /// Refuses fields that were not taken: they are unknown.
    pub fn finish(mut self) {
        if self.unknown == Unknown::Ignored {
            return;
        }
        let unknown: Vec<String> = std::mem::take(&mut self.object).into_iter().map(|(key, _)| key).collect();
        for key in unknown {
            // A key is the sender's text: it is shown shortened, so that an answer cannot be made huge.
            let shown: String = key.chars().take(64).collect();
            self.add_finding(&shown, "unknown_field", format!("Unknown field {}. Remove it.", self.path_of(&shown)));
        }
    }

    fn as_string(&mut self, key: &str, value: Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text),
            _ => {
                self.add_finding(key, "wrong_type", format!("{} must be a string.", self.path_of(key)));
                None
            }
        }
    }

    fn as_array(&mut self, key: &str, value: Value) -> Option<Vec<Value>> {
        match value {
            Value::Array(values) => Some(values),
            _ => {
                self.add_finding(key, "wrong_type", format!("{} must be a list.", self.path_of(key)));
                None
            }
        }
    }
}

/// A whole number of at least 0. JSON has one kind of number, and some libraries write `5000` as `5000.0`.
fn whole_number(value: &Value) -> Option<u64> {
    /// 2^53: from here on a JSON number with a fraction does not name one whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_u64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..EXACT).contains(number))?;
        // Without a fraction and below 2^53 the text has digits alone.
        format!("{number:.0}").parse().ok()
    })
}
