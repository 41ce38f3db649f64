//! Puts the secrets of a file into Secrets Manager: one of each kind, and only those that are others than before.

use crate::deploy::aws::Aws;
use crate::run::{self, Failed};
use serde_json::{Map, Value};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Which secret holds which names; `infra/template.yaml` gives each role those that it needs.
pub(super) const KINDS: [(&str, &[&str]); 5] = [
    ("session", &["session_keys"]),
    ("partner", &["partner_keys"]),
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
];

/// What `--secrets` starts from; its values are words about what belongs there.
const EXAMPLE: &str = include_str!("../../../../infra/secrets.example.json");

/// Secrets by kind.
pub(super) struct Chosen(Vec<(&'static str, Map<String, Value>)>);

/// Reads the file of `stage`, and says everything that is wrong with it at once, without any value.
pub(super) fn read(file: &Path, stage: &str) -> Result<Chosen, Failed> {
    let unreadable = |why: &str| Failed(format!("{}: {why}", file.display()));
    let bytes = std::fs::read(file).map_err(|error| unreadable(&error.to_string()))?;
    let text = shared::file_text::read(&bytes).map_err(unreadable)?;
    let mut values: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| unreadable("it is not a JSON object of strings"))?;
    let example: Map<String, Value> = serde_json::from_str(EXAMPLE).unwrap_or_default();
    let known = |name: &str| KINDS.iter().any(|(_, names)| names.contains(&name));
    let mut problems: Vec<String> = Vec::new();
    // A file of its own for each stage: one session key in two stages would open both.
    match values.remove("stage") {
        None => {}
        Some(Value::String(of)) if of == stage => {}
        Some(of) => problems.push(format!("stage: these are the secrets of {of}, not of {stage}")),
    }
    for (name, value) in &values {
        if name == "data_key" {
            problems.push("data_key is made by this command, once: take it out of this file".to_owned());
        } else if !known(name) {
            problems.push(format!("{name} is no secret of ours"));
        } else if !value.is_string() {
            problems.push(format!("{name} has to be a string"));
        } else if value.as_str() != Some("") && example.get(name) == Some(value) {
            problems.push(format!(
                "{name} is still the example's: put yours in, or an empty string when there is none yet"
            ));
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

impl Chosen {
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(kind, _)| *kind)
    }

    /// Puts in what is new.
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
            run::step(&format!("put the secret {id} in"));
            let command = aws.command(&[
                "secretsmanager",
                "put-secret-value",
                "--secret-id",
                &id,
                "--secret-string",
                "file:///dev/stdin",
            ]);
            pipe(command, &Value::Object(values).to_string())
                .map_err(|why| Failed(format!("{id} could not be put in: {why}")))?;
        }
        Ok(())
    }
}

/// Runs `command` with `text` on its standard input: command lines are seen by everybody on the machine.
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
