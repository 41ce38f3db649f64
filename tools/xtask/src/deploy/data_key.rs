//! The secret `data_key` of a stage: created once, never rotated, and never replaced.

use super::aws::Aws;
use super::secrets::pipe;
use crate::run::{self, Failed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// Length in bytes: that of SHA-256, which derives the other keys from it (RFC 5869, 2.2).
const LENGTH: usize = 32;

/// The name of the secret. It is not a resource of the stack: pseudonyms and fingerprints in the table depend on it, so
/// it stays with the table when the stack is removed.
pub(super) fn id(stage: &str) -> String {
    format!("peeker-checkout/{stage}/data")
}

/// Creates the secret if it does not exist, encrypted with `kms_key`. An existing secret is never changed.
pub(super) fn make_once(aws: &Aws, stage: &str, kms_key: Option<&str>) -> Result<(), Failed> {
    let id = id(stage);
    let read =
        ["secretsmanager", "get-secret-value", "--secret-id", &id, "--query", "SecretString", "--output", "text"];
    match aws.read(&read) {
        Ok(text) => {
            let values = serde_json::from_str::<Map<String, Value>>(&text).unwrap_or_default();
            let whole = values.get("data_key").and_then(Value::as_str).is_some_and(|key| !key.trim().is_empty());
            return if whole { Ok(()) } else { Err(Failed(format!("{id} has no data_key. {RESTORE}"))) };
        }
        Err(said) if said.contains("ResourceNotFoundException") => {}
        Err(said) => return Err(Failed(format!("{id} cannot be read: {said}\n{RESTORE}"))),
    }
    run::step(&format!("create the secret {id}, once"));
    let mut key = [0; LENGTH];
    getrandom::fill(&mut key).map_err(|error| Failed(format!("this machine returned no random numbers: {error}")))?;
    let value = json!({ "data_key": STANDARD.encode(key) }).to_string();
    let mut create = aws.command(&[
        "secretsmanager",
        "create-secret",
        "--name",
        &id,
        "--description",
        "data_key, from which the keys of pseudonyms and fingerprints are derived; never rotate it",
        "--tags",
        "Key=application,Value=peeker-checkout",
        &format!("Key=stage,Value={stage}"),
        "--secret-string",
        "file:///dev/stdin",
    ]);
    if let Some(key) = kms_key {
        create.args(["--kms-key-id", key]);
    }
    pipe(create, &value).map_err(|why| Failed(format!("{id} cannot be created: {why}\n{RESTORE}")))
}

/// Encrypts the existing secret with `kms_key`, or with AWS's own key, unless it already is.
pub(super) fn encrypt(aws: &Aws, stage: &str, kms_key: Option<&str>) -> Result<(), Failed> {
    let id = id(stage);
    let describe = ["secretsmanager", "describe-secret", "--secret-id", &id, "--query", "KmsKeyId", "--output", "text"];
    let unchanged = |why: String| Failed(format!("the encryption key of {id} cannot be changed: {why}"));
    let now = aws.read(&describe).map_err(unchanged)?;
    // A secret under AWS's own key has none, or the alias.
    let now = Some(now.as_str()).filter(|now| ![NO_KEY, AWS_KEY].contains(now));
    if now == kms_key {
        return Ok(());
    }
    run::step(&format!("encrypt the secret {id} with {}", kms_key.unwrap_or(AWS_KEY)));
    let update = ["secretsmanager", "update-secret", "--secret-id", &id, "--kms-key-id", kms_key.unwrap_or(AWS_KEY)];
    aws.read(&update).map(drop).map_err(unchanged)
}

/// AWS's default key for secrets of an account.
const AWS_KEY: &str = "alias/aws/secretsmanager";
/// The command line's spelling of an absent value.
const NO_KEY: &str = "None";

/// Advice for an existing key that is unusable.
const RESTORE: &str = "The orders of this stage need the key that they were placed under: restore it with aws \
                       secretsmanager restore-secret, or from an older version of the secret. Only a stage without \
                       orders may get a new one: delete the secret with --force-delete-without-recovery then";
