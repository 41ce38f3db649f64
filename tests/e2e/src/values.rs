//! The keys and secrets of one stack: random, or kept in a file so that a restart finds its orders.

use crate::error::StackError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::endpoint::Hosts;
use std::collections::BTreeMap;
use std::path::Path;

/// Format version of the file and of the files beside it. Another version is refused as a whole, because its orders use
/// other tokens and keys.
const FORM: u32 = 3;

/// Demo values: they are valid only for their own stack.
#[derive(Clone, Serialize, Deserialize)]
pub struct Values {
    /// Format version of the file.
    form: u32,
    /// Key id of [`Values::session_key`] in a token's header.
    pub session_kid: String,
    /// Key that signs session tokens.
    pub session_key: String,
    /// Key from which the keys of pseudonyms and fingerprints are derived.
    pub data_key: String,
    /// Key of the partner's routes.
    pub partner_key: String,
    /// Key of the sandbox.
    pub peeker_key: String,
    /// Secret that signs events.
    pub webhook_secret: String,
    /// Secret that signs questions for approvals.
    pub approval_secret: String,
    /// Sequencer login of orders: email.
    pub login_email: String,
    /// Sequencer login of orders: password.
    pub login_password: String,
    /// Bundle ids by name, once they exist in the sandbox.
    pub bundles: Vec<(String, String)>,
    /// Secrets of the endpoints of notifications, by address.
    #[serde(default)]
    pub endpoint_secrets: BTreeMap<String, String>,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values").field("bundles", &self.bundles).finish_non_exhaustive()
    }
}

impl Values {
    /// Random values.
    ///
    /// # Errors
    /// [`StackError::Randomness`] if the machine returns none.
    pub fn fresh() -> Result<Self, StackError> {
        Ok(Self {
            form: FORM,
            session_kid: format!("demo-{}", random_hex(4)?),
            session_key: random_hex(32)?,
            data_key: random_hex(32)?,
            partner_key: format!("partner_{}", random_hex(16)?),
            peeker_key: format!("pk_test_{}", random_hex(16)?),
            webhook_secret: format!("whsec_{}", random_hex(24)?),
            approval_secret: format!("whsec_{}", STANDARD.encode(random_hex(16)?)),
            login_email: format!("ops-{}@acme.example", random_hex(4)?),
            login_password: format!("pw-{}", random_hex(12)?),
            bundles: Vec::new(),
            endpoint_secrets: BTreeMap::new(),
        })
    }

    /// The values in `file`, or random ones if there is no such file.
    ///
    /// # Errors
    /// [`StackError::Data`] if the file cannot be parsed.
    pub fn kept_in(file: &Path) -> Result<Self, StackError> {
        match std::fs::read(file) {
            Ok(bytes) => read(&bytes).map_err(|problem| StackError::Data(file.into(), problem)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::fresh(),
            Err(error) => Err(StackError::Data(file.into(), error.to_string())),
        }
    }

    /// Turns them into the values of a live stage.
    pub(crate) fn be_live(&mut self, peeker_key: &str, webhook_secret: &str) {
        peeker_key.clone_into(&mut self.peeker_key);
        webhook_secret.clone_into(&mut self.webhook_secret);
    }

    /// The secrets by the names that the functions use.
    pub(crate) fn secrets(&self) -> BTreeMap<String, String> {
        let session = format!("{}:{}", self.session_kid, self.session_key);
        [
            ("session_keys", &session),
            ("data_key", &self.data_key),
            ("partner_keys", &self.partner_key),
            ("approval_secret", &self.approval_secret),
            ("webhook_secrets_test", &self.webhook_secret),
            ("peeker_keys", &self.peeker_key),
            ("sequencer_login_email", &self.login_email),
            ("sequencer_login_password", &self.login_password),
        ]
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .into()
    }

    /// The document of the endpoints with these names and addresses. An address keeps its secret.
    ///
    /// # Errors
    /// [`StackError::Randomness`], or [`StackError::Secrets`] with all that is wrong.
    pub(crate) fn endpoints(&mut self, named: &[(String, String)]) -> Result<String, StackError> {
        let mut list = Vec::new();
        for (name, url) in named {
            if !self.endpoint_secrets.contains_key(url) {
                let mut key = [0; 32];
                getrandom::fill(&mut key).map_err(|_| StackError::Randomness)?;
                self.endpoint_secrets.insert(url.clone(), format!("whsec_{}", STANDARD.encode(key)));
            }
            list.push(json!({"name": name, "url": url, "secret": self.endpoint_secrets.get(url)}));
        }
        let document = Value::from(list).to_string();
        match shared::endpoint::read(&document, Hosts::AndThisMachine) {
            Ok(_) => Ok(document),
            Err(problems) => Err(StackError::Secrets(problems.join("\n"))),
        }
    }

    /// Writes the values to `file`, atomically.
    ///
    /// # Errors
    /// [`StackError::Data`].
    pub fn keep_in(&self, file: &Path) -> Result<(), StackError> {
        let fail = |error: std::io::Error| StackError::Data(file.into(), error.to_string());
        let json = serde_json::to_vec_pretty(self).map_err(|error| StackError::Data(file.into(), error.to_string()))?;
        let draft = file.with_extension("tmp");
        std::fs::write(&draft, json).map_err(fail)?;
        std::fs::rename(&draft, file).map_err(fail)
    }
}

fn read(bytes: &[u8]) -> Result<Values, String> {
    let text = shared::file_text::read(bytes)?;
    let values: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    // Checked before the fields: an error about fields missing in an older file would not help.
    if values.get("form").and_then(Value::as_u64) != Some(u64::from(FORM)) {
        return Err(
            "the folder is of another version of the demo, and its orders cannot be read by this one. Name another \
                    folder (--data DIR), or delete this one"
                .to_owned(),
        );
    }
    serde_json::from_value(values).map_err(|error| error.to_string())
}

fn random_hex(bytes: usize) -> Result<String, StackError> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(|_| StackError::Randomness)?;
    Ok(hex::encode(buffer))
}
