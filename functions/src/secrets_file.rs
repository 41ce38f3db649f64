//! Secrets of a file: a JSON object of strings, under the names of the variables in lower case.

use crate::environment_check::OtherEnvironment;
use crate::secret_store::Source;
use crate::secrets::{Secrets, StageKind};
use shared::file_text;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Where the secrets are.
#[derive(Debug, Clone)]
pub struct SecretsFile {
    /// The file.
    pub path: PathBuf,
    /// What the stage is for.
    pub stage: StageKind,
    /// What becomes of the secrets of webhooks.
    pub other_environment: OtherEnvironment,
}

impl SecretsFile {
    /// The secrets as a source that can be read again.
    pub fn source(self) -> Source {
        Arc::new(move || {
            let Self { path, stage, other_environment } = self.clone();
            Box::pin(async move {
                let unreadable = |why: &str| format!("{}: {why}", path.display());
                let bytes = std::fs::read(&path).map_err(|error| unreadable(&error.to_string()))?;
                let text = file_text::read(&bytes).map_err(unreadable)?;
                let values: BTreeMap<String, String> =
                    serde_json::from_str(text).map_err(|_| unreadable("it is not a JSON object of strings"))?;
                Ok(Secrets::read(&|name| values.get(name).cloned()).checked_for(stage, other_environment))
            })
        })
    }
}
