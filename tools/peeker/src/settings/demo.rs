//! Finds a running demo: the nearest target/demo/demo.json, from the current folder upwards.

use super::found::{Found, Source};
use super::names::{Name, SPECS};
use crate::failure::Failure;
use crate::secret::Secret;
use serde_json::Value;
use shared::file_text;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Path of the description, relative to the project.
const PLACE: &str = "target/demo/demo.json";

/// The nearest description.
pub(super) fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(PLACE)).find(|path| path.is_file())
}

pub(super) fn none() -> Failure {
    Failure::usage("no_demo", format!("There is no {PLACE} here or above."))
        .advise("Start the demo (cargo xtask demo), or name its description: --demo=FILE")
}

pub(super) fn read(path: &Path) -> Result<BTreeMap<Name, Found>, Failure> {
    let fail = |why: String| {
        Failure::usage("demo_unreadable", format!("{}: {why}", path.display()))
            .advise("Start the demo (cargo xtask demo): it writes this file while it runs.")
    };
    let bytes = std::fs::read(path).map_err(|error| fail(error.to_string()))?;
    let text = file_text::read(&bytes).map_err(|problem| fail(problem.to_owned()))?;
    let description: Value = serde_json::from_str(text).map_err(|error| fail(error.to_string()))?;
    let mut found = BTreeMap::new();
    for spec in &SPECS {
        let value = spec.demo.and_then(|key| description.get(key)).and_then(Value::as_str);
        if let Some(value) = value {
            found.insert(spec.name, Found { value: Secret::new(value), source: Source::Demo(path.to_owned()) });
        }
    }
    Ok(found)
}
