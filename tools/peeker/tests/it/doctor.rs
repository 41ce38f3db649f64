//! Rejected deliveries, signed in many ways by a Python script: `webhook doctor` reports how, and what to change.

use crate::harness::{Run, Shell};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// The deliveries of every case; `None` with a message if Python is missing.
pub(crate) fn cases() -> Option<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor/signed.py");
    let Ok(run) = Command::new("python3").arg(script).output() else {
        assert!(std::env::var_os("CI").is_none(), "python3 is not installed, and CI needs it");
        eprintln!("SKIPPED: python3 is not installed, and signs the deliveries of this test");
        return None;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(serde_json::from_slice(&run.stdout).unwrap())
}

/// A shell with the secrets of `case`, and its deliveries in a file.
pub(crate) fn shell(case: &Value) -> Shell {
    let mut shell = Shell::empty();
    shell.set("PEEKER_WEBHOOK_SECRET", case["secret"].as_str().unwrap());
    if let Some(other) = case["other"].as_str() {
        shell.set("PEEKER_OTHER_WEBHOOK_SECRET", other);
    }
    // With a byte order mark, as some editors add it.
    shell.write("rejected.json", format!("\u{feff}{}", json!({"data": case["rows"]})));
    shell
}

/// Checks that the output contains no part of a secret.
pub(crate) fn without_secrets(run: Run, case: &Value) -> Run {
    let secrets = [&case["secret"], &case["other"]];
    for secret in secrets.into_iter().filter_map(Value::as_str).flat_map(|text| text.split(',')) {
        for part in [secret, secret.trim_start_matches("whsec_")] {
            assert!(!run.stdout.contains(part) && !run.stderr.contains(part), "{}", run.stdout);
        }
    }
    run
}

pub(crate) fn doctor(case: &Value) -> (i32, Value) {
    let run = shell(case).run(&["--json", "webhook", "doctor", "--file", "rejected.json"]);
    let run = without_secrets(run, case);
    (run.code, run.data())
}

/// Heading, findings as `code`, `code SETTING` or `code SETTING=value`, and conclusion of one group.
pub(crate) fn parts(group: &Value) -> (String, Vec<String>, String) {
    let finding = |finding: &Value| {
        let text = |key: &str| finding[key].as_str();
        let setting = text("setting").map(|name| format!(" {name}")).unwrap_or_default();
        let value = text("value").map(|value| format!("={value}")).unwrap_or_default();
        format!("{}{setting}{value}", text("code").unwrap())
    };
    let findings = group["findings"].as_array().unwrap().iter().map(finding).collect();
    let text = |key: &str| group[key].as_str().unwrap_or_default().to_owned();
    (text("heading"), findings, text("conclusion"))
}

const FULL: &str = "No setting accepts this. Report to the developers of peeker-checkout: Peeker signs with ";
const TIMESTAMP: &str = "timestamp is the header Peeker-Timestamp";
const UNCHANGED: &str = "The key is webhook secret 1 unchanged.";

/// Checks a case with one group: `[heading, findings, conclusion after FULL]`. Exit code 0 if settings alone are
/// enough.
fn one(cases: &Value, name: &str, heading: &str, findings: &[&str], conclusion: &str) {
    let (code, data) = doctor(&cases[name]);
    let groups = data["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 1, "{name}: {data:#}");
    let conclusion = if conclusion.is_empty() { String::new() } else { format!("{FULL}{conclusion}") };
    let expected = (heading.to_owned(), findings.iter().map(|text| (*text).to_owned()).collect(), conclusion.clone());
    assert_eq!(parts(&groups[0]), expected, "{name}");
    assert_eq!(code, i32::from(!conclusion.is_empty()), "{name}: {data:#}");
}

#[test]
fn supported_signature_forms_name_their_setting() {
    let Some(cases) = cases() else { return };
    let one = |name, heading, findings: &[&str]| one(&cases, name, heading, findings, "");
    one(
        "event_timestamp_body",
        "3 of 3 deliveries are signed over {event_id}.{timestamp}.{body} with webhook secret 1.",
        &["base_string WEBHOOK_BASE_STRING={event_id}.{timestamp}.{body}"],
    );
    one(
        "joined",
        "2 of 2 deliveries are signed over {timestamp}{body} with webhook secret 1.",
        &["base_string WEBHOOK_BASE_STRING={timestamp}{body}"],
    );
    one(
        "body_alone",
        "2 of 2 deliveries are signed over {body} with webhook secret 1.",
        &["base_string WEBHOOK_BASE_STRING={body}"],
    );
    one(
        "bare_secret",
        "2 of 2 deliveries are signed over {timestamp}.{body} with webhook secret 1 without its whsec_.",
        &["secret_form webhook_secrets_*"],
    );
    one(
        "previous_secret",
        "The delivery is signed over {event_id}.{timestamp}.{body} with webhook secret 2.",
        &["base_string WEBHOOK_BASE_STRING={event_id}.{timestamp}.{body}"],
    );
    one(
        "other_environment",
        "3 of 3 deliveries are signed over {timestamp}.{body} with webhook secret 1 of the other environment.",
        &["other_environment OTHER_STAGE_URL"],
    );
}

#[test]
fn unsupported_signature_forms_end_with_a_report() {
    let Some(cases) = cases() else { return };
    let plain = "The delivery is signed over {timestamp}.{body} with webhook secret 1.";
    let dotted = |how: &str| format!("{how}. It covers {{timestamp}}.{{body}}, where {TIMESTAMP}. {UNCHANGED}");
    let hex = "HMAC-SHA256 in hexadecimal, in the header Peeker-Signature after v1=";
    one(
        &cases,
        "standard_webhooks",
        "2 of 2 deliveries are signed over {event_id}.{timestamp}.{body} with webhook secret 1 decoded from base64.",
        &[
            "secret_form_unknown",
            "base_string WEBHOOK_BASE_STRING={event_id}.{timestamp}.{body}",
            "signature_header",
            "signature_encoding",
            "signature_prefix",
            "timestamp_header",
            "event_id_header",
        ],
        "HMAC-SHA256 in base64, in the header Webhook-Signature after v1,. It covers {event_id}.{timestamp}.{body}, where \
         event_id is the header Webhook-Id and timestamp is the header Webhook-Timestamp. The key is webhook secret 1 \
         decoded from base64.",
    );
    one(
        &cases,
        "slack",
        "2 of 2 deliveries are signed over v0:{timestamp}:{body} with webhook secret 1.",
        &["base_string_unknown", "signature_prefix"],
        &format!(
            "HMAC-SHA256 in hexadecimal, in the header Peeker-Signature after v0=. It covers v0:{{timestamp}}:{{body}}, \
             where {TIMESTAMP}. {UNCHANGED}"
        ),
    );
    one(
        &cases,
        "stripe",
        plain,
        &["timestamp_header"],
        &format!(
            "{hex}. It covers {{timestamp}}.{{body}}, where timestamp is t= in the header Peeker-Signature. {UNCHANGED}"
        ),
    );
    let swapped = format!(
        "{hex}. It covers {{timestamp}}.{{body}}, where timestamp is t= in the header Peeker-Signature. {UNCHANGED}"
    );
    one(&cases, "stripe_with_semicolon", plain, &["signature_form", "timestamp_header"], &swapped);
    for name in ["after_semicolon", "in_quotes", "after_tab"] {
        one(&cases, name, plain, &["signature_form"], &dotted(hex));
    }
    for name in ["ninth", "thirtieth"] {
        one(&cases, name, plain, &["signature_place"], &dotted(hex));
    }
    one(&cases, "date_as_in_mail", plain, &["timestamp_form"], &dotted(hex));
    one(
        &cases,
        "github",
        "The delivery is signed over {body} with webhook secret 1.",
        &["base_string WEBHOOK_BASE_STRING={body}", "signature_header", "signature_prefix", "event_id_header"],
        &format!(
            "HMAC-SHA256 in hexadecimal, in the header X-Hub-Signature-256 after sha256=. It covers {{body}}. {UNCHANGED}"
        ),
    );
    let sha512 = dotted("HMAC-SHA512 in hexadecimal, in the header Peeker-Signature after v1=");
    one(&cases, "sha512", plain, &["algorithm"], &sha512);
    let sha1 = dotted("HMAC-SHA1 in base64url, in the header Peeker-Signature");
    let six = "6 of 6 deliveries are signed over {timestamp}.{body} with webhook secret 1.";
    one(&cases, "sha1_in_base64url", six, &["algorithm", "signature_encoding", "signature_prefix"], &sha1);
    let two = "2 of 2 deliveries are signed over {timestamp}.{body} with webhook secret 1.";
    let base64 = dotted("HMAC-SHA256 in base64, in the header Peeker-Signature after v1=");
    one(&cases, "base64", two, &["signature_encoding"], &base64);
    one(&cases, "milliseconds", two, &["timestamp_form"], &dotted(hex));
    for (name, reading) in
        [("bytes_of_base64", "decoded from base64"), ("bytes_of_hexadecimal", "decoded from hexadecimal")]
    {
        let heading =
            format!("2 of 2 deliveries are signed over {{timestamp}}.{{body}} with webhook secret 1 {reading}.");
        let rule = dotted(hex).replace("unchanged", reading);
        one(&cases, name, &heading, &["secret_form_unknown"], &rule);
    }
    one(&cases, "timestamp_twice", plain, &["timestamp_header"], &dotted(hex));
    one(&cases, "signature_twice", plain, &["signature_header"], &dotted(hex));
    let heading = "The delivery is signed over {timestamp}.{body} with webhook secret 1 with a line end after it.";
    let rule = dotted(hex).replace("unchanged", "with a line end after it");
    one(&cases, "line_end_in_secret", heading, &["secret_form_unknown"], &rule);
}

#[test]
fn unsupported_base_strings_are_written_out() {
    let Some(cases) = cases() else { return };
    let event = "event_id is the header Peeker-Event-Id";
    for (name, count, template, places) in [
        ("signed_in_milliseconds", 1, "{timestamp in milliseconds}.{body}", TIMESTAMP.to_owned()),
        (
            "signed_in_iso",
            1,
            "{timestamp as 2026-05-08T12:00:00Z}|{event_id}|{body}",
            format!("{event} and {TIMESTAMP}"),
        ),
        ("method_and_path", 2, "{method}\\n{path}\\n{timestamp}\\n{body}", TIMESTAMP.to_owned()),
        ("address", 1, "{url}{body}", "url is https://, the header Host and the path".to_owned()),
        ("hash_of_body", 2, "{timestamp}.{SHA-256 of body in hexadecimal}", TIMESTAMP.to_owned()),
        ("line_end_after_it", 1, "{event_id}:{timestamp}:{body}\\n", format!("{event} and {TIMESTAMP}")),
    ] {
        let subject =
            if count == 1 { "The delivery is".to_owned() } else { format!("{count} of {count} deliveries are") };
        let heading = format!("{subject} signed over {template} with webhook secret 1.");
        let rule = format!(
            "HMAC-SHA256 in hexadecimal, in the header Peeker-Signature after v1=. It covers {template}, where {places}. \
             {UNCHANGED}"
        );
        one(&cases, name, &heading, &["base_string_unknown"], &rule);
    }
}

#[test]
fn transformed_signed_body_names_its_transformation() {
    let Some(cases) = cases() else { return };
    for (name, form) in [
        ("sorted_keys", "with its keys in alphabetical order"),
        ("compacted", "as compact JSON"),
        ("compressed", "decompressed from gzip"),
        ("data_alone", "reduced to the value of data"),
    ] {
        let (code, data) = doctor(&cases[name]);
        let (_, findings, conclusion) = parts(&data["groups"][0]);
        assert_eq!((code, findings), (1, vec!["body_reencoded".to_owned()]), "{name}: {data:#}");
        assert!(conclusion.contains(&format!("; body is the body {form}. The key")), "{name}: {conclusion}");
    }
}
