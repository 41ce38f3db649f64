//! The programs as Lambda starts them, without settings: one line in the log names all that is missing.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::Value;
use std::process::Command;

/// The only line that `program` logs before it ends.
fn line_of(program: &str) -> Value {
    let output = Command::new(program).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_start_without_settings_names_each_missing_one() {
    for (program, secrets) in [
        (env!("CARGO_BIN_EXE_order-proxy"), ["SESSION_KEYS is missing: ", "SEQUENCER_LOGIN_EMAIL and "]),
        (env!("CARGO_BIN_EXE_status"), ["SESSION_KEYS is missing: ", "PARTNER_KEYS is missing: "]),
        (env!("CARGO_BIN_EXE_webhook"), ["WEBHOOK_SECRETS_LIVE or ", "STAGE_KIND is missing: "]),
        (env!("CARGO_BIN_EXE_reconciler"), ["PEEKER_KEYS is missing: ", "DATA_KEY is missing: "]),
    ] {
        let line = line_of(program);
        assert_eq!((&line["level"], &line["message"]), (&"ERROR".into(), &"the function cannot run".into()));
        let cause = line["error.cause"].as_str().unwrap();
        assert!(cause.starts_with("the settings are incomplete:\n  "), "{cause}");
        for problem in secrets {
            let starts = |line: &str| line.trim_start().starts_with(problem);
            assert!(cause.lines().any(starts), "{program} does not say {problem}: {cause}");
        }
    }
}
