//! The keys and secrets of one stack: made fresh, or kept in a file so that a restart finds its orders.

use crate::StackError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The form of the file and of what lies beside it. A folder of another form is refused as a whole: its orders belong to
/// tokens and keys that are made in another way now.
const FORM: u32 = 2;

/// Demo values: they open nothing but the stack that they were made for.
#[derive(Clone, Serialize, Deserialize)]
pub struct Values {
    /// Which version of the demo wrote the file.
    form: u32,
    /// Names [`Values::session_key`] in a token's header.
    pub session_kid: String,
    /// Signs session tokens.
    pub session_key: String,
    /// Keys of pseudonyms and fingerprints follow from it.
    pub data_key: String,
    /// Opens the partner's routes.
    pub partner_key: String,
    /// The sandbox lets it in.
    pub peeker_key: String,
    /// Signs events.
    pub webhook_secret: String,
    /// The sequencer login that orders carry.
    pub login_email: String,
    /// Its password.
    pub login_password: String,
    /// Bundles by name, once the sandbox has made them.
    pub bundles: Vec<(String, String)>,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values").field("bundles", &self.bundles).finish_non_exhaustive()
    }
}

impl Values {
    /// Fresh random values.
    ///
    /// # Errors
    /// [`StackError::Randomness`] where the machine has none.
    pub fn fresh() -> Result<Self, StackError> {
        Ok(Self {
            form: FORM,
            session_kid: format!("demo-{}", random_hex(4)?),
            session_key: random_hex(32)?,
            data_key: random_hex(32)?,
            partner_key: format!("partner_{}", random_hex(16)?),
            peeker_key: format!("pk_test_{}", random_hex(16)?),
            webhook_secret: format!("whsec_{}", random_hex(24)?),
            login_email: format!("ops-{}@acme.example", random_hex(4)?),
            login_password: format!("pw-{}", random_hex(12)?),
            bundles: Vec::new(),
        })
    }

    /// The values kept in `file`, or fresh ones when there is no such file.
    ///
    /// # Errors
    /// [`StackError::Data`] when the file cannot be read as values.
    pub fn kept_in(file: &Path) -> Result<Self, StackError> {
        match std::fs::read(file) {
            Ok(bytes) => read(&bytes).map_err(|problem| StackError::Data(file.into(), problem)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::fresh(),
            Err(error) => Err(StackError::Data(file.into(), error.to_string())),
        }
    }

    /// Makes them those of a live stage.
    pub(crate) fn be_live(&mut self, peeker_key: &str, webhook_secret: &str) {
        peeker_key.clone_into(&mut self.peeker_key);
        webhook_secret.clone_into(&mut self.webhook_secret);
    }

    /// The keys under the names that functions read them by.
    pub(crate) fn secrets(&self) -> BTreeMap<String, String> {
        let session = format!("{}:{}", self.session_kid, self.session_key);
        [
            ("session_keys", &session),
            ("data_key", &self.data_key),
            ("partner_keys", &self.partner_key),
            ("webhook_secrets_test", &self.webhook_secret),
            ("peeker_keys", &self.peeker_key),
            ("sequencer_login_email", &self.login_email),
            ("sequencer_login_password", &self.login_password),
        ]
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .into()
    }

    /// Writes the values to `file`, whole or not at all.
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
    let values: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    // Before the fields: those that an older file lacks say nothing to a person.
    if values.get("form").and_then(serde_json::Value::as_u64) != Some(u64::from(FORM)) {
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
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}
