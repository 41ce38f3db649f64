//! Loads test vectors: files under `tests/vectors`. Each entry names the source of its expected value.

use serde::de::DeserializeOwned;
use shared::problem::Finding;
use std::path::Path;

/// Deserializes one file of vectors.
pub(crate) fn read<T: DeserializeOwned>(file: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Runs `check` on all cases and reports every failure, not only the first.
pub(crate) fn all<T>(cases: &[T], check: impl Fn(&T) -> Result<(), String>) {
    let wrong: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n  {}", wrong.len(), cases.len(), wrong.join("\n  "));
}

/// Fails with a description of the difference.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what}: {got:?} and not {expected:?}")) }
}

/// `field code` of each finding. Each message must be a sentence.
pub(crate) fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        assert!(finding.message.ends_with('.') && finding.message.len() > 8, "{finding:?}");
        format!("{} {}", finding.field, finding.code)
    };
    findings.iter().map(line).collect()
}
