//! Stores the secrets of a file in Secrets Manager: one secret of each kind, only if it changed.

use crate::deploy::aws::Aws;
use crate::run::{self, Failed};
use serde_json::{Map, Value};
use shared::endpoint::Hosts;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The names in each secret; `infra/template.yaml` grants each role those that it needs.
pub(super) const KINDS: [(&str, &[&str]); 7] = [
    ("session", &["session_keys"]),
    ("partner", &["partner_keys", "default_pricing"]),
    ("approval", &["approval_secret"]),
    ("peeker", &["peeker_keys"]),
    (
        "login",
        &[
            "sequencer_login_email",
            "sequencer_login_password",
            "previous_sequencer_login_email",
            "previous_sequencer_login_password",
        ],
    ),
    ("webhook", &["webhook_secrets_test", "webhook_secrets_live"]),
    ("endpoints", &["notification_endpoints"]),
];

/// The endpoints of notifications: in the file a list, in Secrets Manager its text.
const ENDPOINTS: &str = "notification_endpoints";
/// No endpoints.
const NO_ENDPOINTS: &str = "[]";

/// The template for `--secrets`; its values describe what to enter.
const EXAMPLE: &str = include_str!("../../../../infra/secrets.example.json");

/// Secrets by kind.
pub(super) struct Chosen(Vec<(&'static str, Map<String, Value>)>);

/// Reads the file of `stage`, and reports all problems together, without any value.
pub(super) fn read(file: &Path, stage: &str) -> Result<Chosen, Failed> {
    let unreadable = |why: &str| Failed(format!("{}: {why}", file.display()));
    let bytes = std::fs::read(file).map_err(|error| unreadable(&error.to_string()))?;
    let text = shared::file_text::read(&bytes).map_err(unreadable)?;
    let mut values: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| unreadable("it is not a JSON object of strings"))?;
    let example: Map<String, Value> = serde_json::from_str(EXAMPLE).unwrap_or_default();
    let known = |name: &str| KINDS.iter().any(|(_, names)| names.contains(&name));
    let mut problems: Vec<String> = Vec::new();
    // Each stage has its own file: with one session key in two stages, sessions would be valid in both.
    match values.remove("stage") {
        None => {}
        Some(Value::String(of)) if of == stage => {}
        Some(of) => problems.push(format!("stage: the file has the secrets of {of}, not of {stage}")),
    }
    let endpoints = values.get_mut(ENDPOINTS).map(as_text);
    problems.extend(endpoints.into_iter().flat_map(|text| check_endpoints(&text)));
    for (name, value) in &values {
        if name == "data_key" {
            problems.push("this command creates data_key, once: remove it from this file".to_owned());
        } else if !known(name) {
            problems.push(format!("{name} is not a known secret"));
        } else if !value.is_string() {
            let kind = if name == ENDPOINTS { "a list of endpoints" } else { "a string" };
            problems.push(format!("{name} must be {kind}"));
        } else if value.as_str() != Some("") && example.get(name) == Some(value) {
            problems.push(format!("{name} still has the example's value: replace it, or use an empty string"));
        }
    }
    if !problems.is_empty() {
        return Err(unreadable(&problems.join("\n")));
    }
    let of = |names: &[&str]| -> Map<String, Value> {
        let given = values.iter().filter(|(name, value)| names.contains(&name.as_str()) && value.as_str() != Some(""));
        given.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let kinds = KINDS.iter().map(|(kind, names)| (*kind, of(names))).filter(|(_, values)| !values.is_empty());
    Ok(Chosen(kinds.collect()))
}

/// Turns a list into its text, as a secret is stored.
fn as_text(value: &mut Value) -> String {
    if value.is_array() {
        *value = Value::String(value.to_string());
    }
    value.as_str().unwrap_or_default().to_owned()
}

/// What is wrong with the endpoints; the notifier would not start with them.
fn check_endpoints(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let problems = shared::endpoint::read(text, Hosts::Public).err().unwrap_or_default();
    problems
        .into_iter()
        .map(|problem| format!("{ENDPOINTS}{}{problem}", if problem.starts_with('[') { "" } else { ": " }))
        .collect()
}

/// Stores a list without endpoints unless there is one: the notifier does not start without its secret.
pub(super) fn put_no_endpoints(aws: &Aws, stage: &str) -> Result<(), Failed> {
    let id = format!("peeker-checkout/{stage}/endpoints");
    let read = ["secretsmanager", "get-secret-value", "--secret-id", &id, "--query", "Name", "--output", "text"];
    match aws.read(&read) {
        Ok(_) => Ok(()),
        Err(said) if said.contains("ResourceNotFoundException") => {
            store(aws, &id, Map::from_iter([(ENDPOINTS.to_owned(), Value::from(NO_ENDPOINTS))]))
        }
        Err(said) => Err(Failed(format!("{id} cannot be read: {said}"))),
    }
}

/// Replaces the value of a secret.
fn store(aws: &Aws, id: &str, values: Map<String, Value>) -> Result<(), Failed> {
    run::step(&format!("store the secret {id}"));
    let put = ["secretsmanager", "put-secret-value", "--secret-id", id, "--secret-string", "file:///dev/stdin"];
    pipe(aws.command(&put), &Value::Object(values).to_string())
        .map_err(|why| Failed(format!("{id} cannot be stored: {why}")))
}

impl Chosen {
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(kind, _)| *kind)
    }

    /// Stores the changed secrets.
    pub(super) fn put(self, aws: &Aws, stage: &str) -> Result<(), Failed> {
        for (kind, values) in self.0 {
            let id = format!("peeker-checkout/{stage}/{kind}");
            let read = [
                "secretsmanager",
                "get-secret-value",
                "--secret-id",
                &id,
                "--query",
                "SecretString",
                "--output",
                "text",
            ];
            let before = aws.read(&read).ok().and_then(|text| serde_json::from_str::<Map<String, Value>>(&text).ok());
            if before.as_ref() == Some(&values) {
                continue;
            }
            store(aws, &id, values)?;
        }
        Ok(())
    }
}

/// Runs `command` with `text` on standard input, because command lines are visible to every user of the machine.
pub(super) fn pipe(mut command: Command, text: &str) -> Result<(), String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
