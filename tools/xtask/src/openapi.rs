//! Writes docs/openapi.json, which the functions' routes and types describe, and docs/notifications/, which the types of the
//! notifications describe.

use crate::run::{self, Failed};
use std::collections::BTreeMap;
use std::path::Path;

/// Builds what prints the documents, and stores what it prints.
pub(crate) fn write() -> Result<(), Failed> {
    run::step("reading the routes");
    // All examples of the workspace: with one set of features, no dependency is compiled once more.
    run::cargo(["build", "--quiet", "--workspace", "--examples"])?;
    let docs = run::root().join("docs");
    store(&docs.join("openapi.json"), &format!("{}\n", printed("openapi")?))?;
    let files: BTreeMap<String, String> = serde_json::from_str(&printed("notifications")?)
        .map_err(|error| Failed(format!("the documents of the notifications cannot be read: {error}")))?;
    for (name, text) in files {
        store(&docs.join("notifications").join(name), &text)?;
    }
    Ok(())
}

/// What the example `name` of the functions prints.
fn printed(name: &str) -> Result<String, Failed> {
    let program = run::target().join(format!("debug/examples/{name}{}", std::env::consts::EXE_SUFFIX));
    run::output(&program.to_string_lossy(), &[]).ok_or_else(|| Failed(format!("{} failed", program.display())))
}

fn store(file: &Path, text: &str) -> Result<(), Failed> {
    std::fs::write(file, text).map_err(|error| Failed(format!("{}: {error}", file.display())))
}
