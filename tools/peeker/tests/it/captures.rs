//! Captured deliveries with one problem each: `webhook verify` reports exactly that problem.

use crate::harness::Shell;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures")
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap()
}

/// A shell with the secrets of the captures.
fn shell() -> Shell {
    let mut shell = Shell::empty();
    shell.set("PEEKER_WEBHOOK_SECRET", expected()["secrets"].as_str().unwrap());
    shell
}

fn capture(name: &str) -> String {
    folder().join(format!("{name}.capture")).display().to_string()
}

fn verify(shell: &Shell, name: &str) -> (i32, Value) {
    let at = expected()["at"].as_str().unwrap().to_owned();
    let run = shell.run(&["--json", "webhook", "verify", &capture(name), "--at", &at]);
    (run.code, run.data())
}

fn codes(data: &Value, only_problems: bool) -> Vec<String> {
    let findings = data["findings"].as_array().unwrap().iter();
    let wanted = findings.filter(|finding| !only_problems || finding["problem"] == true);
    wanted.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

/// The message of the one finding.
fn message(name: &str) -> String {
    let (_, data) = verify(&shell(), name);
    data["findings"][0]["message"].as_str().unwrap().to_owned()
}

#[test]
fn every_capture_yields_exactly_its_findings() {
    let expected: BTreeMap<String, Vec<String>> = serde_json::from_value(expected()["findings"].clone()).unwrap();
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let captured = files.filter(|path| path.extension().is_some_and(|ending| ending == "capture")).count();
    assert_eq!(captured, expected.len(), "captures and expectations differ: run captures.py");
    assert!(captured > 50);
    let shell = shell();
    let mut wrong = Vec::new();
    for (name, findings) in &expected {
        let (code, data) = verify(&shell, name);
        let good = name.starts_with("good") || name == "clock-at-the-limit";
        let ended_well = (code == 0) == good && data["verified"] == good && codes(&data, true).is_empty() == good;
        if codes(&data, false) != *findings || !ended_well {
            wrong.push(format!("{name}: exit {code}, {data}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn matching_base_string_is_named_and_selectable() {
    for (name, template) in [
        ("base-event-timestamp-body", "{event_id}.{timestamp}.{body}"),
        ("base-joined", "{timestamp}{body}"),
        ("base-body", "{body}"),
    ] {
        let (_, data) = verify(&shell(), name);
        assert_eq!(data["base_string"], template, "{name}");
        let mut shell = shell();
        shell.set("PEEKER_WEBHOOK_BASE_STRING", template);
        assert_eq!(verify(&shell, name).0, 0, "{name}");
        let (_, data) = verify(&shell, "good");
        assert_eq!(codes(&data, true), ["base_string"], "{name}");
    }
}

#[test]
fn changes_to_the_body_are_described() {
    for (name, words) in [
        ("body-pretty", "as compact JSON"),
        ("body-compacted", "as JSON indented by two spaces"),
        ("body-trailing-newline", "without the line end after it"),
        ("body-lost-newline", "with a line end (LF) after it"),
        ("body-crlf", "with line ends LF in place of CRLF"),
        ("body-escaped-capitals", "with non-ASCII letters in place of \\u escapes"),
        ("body-from-php", "with / as \\/, as PHP writes it"),
        ("body-from-python", "as JSON with a space after commas and colons, as Python writes it"),
    ] {
        let message = message(name);
        assert!(message.contains(words), "{name}: {message}");
    }
}

#[test]
fn sorted_keys_are_pointed_out() {
    assert!(message("body-sorted").contains("keys are in alphabetical order"), "{}", message("body-sorted"));
    for name in ["changed-body", "wrong-secret"] {
        assert!(!message(name).contains("alphabetical"), "{name}");
    }
}

#[test]
fn quoted_secret_is_reported() {
    assert!(message("secret-in-quotes").contains("matches the secret in quotes"));
    let mut shell = Shell::empty();
    let secrets = expected()["secrets"].as_str().unwrap().to_owned();
    let first = secrets.split(',').next().unwrap();
    shell.set("PEEKER_WEBHOOK_SECRET", &format!("\"{first}\""));
    let (code, data) = verify(&shell, "good");
    assert_eq!((code, codes(&data, true)), (1, vec!["secret_encoding".to_owned()]), "{data}");
    assert!(data["findings"][0]["message"].as_str().unwrap().contains("without the quotes"), "{data}");
}

#[test]
fn clock_difference_is_reported() {
    assert!(message("clock-old").contains("5 min 1 s before it arrived"), "{}", message("clock-old"));
    assert!(message("clock-ahead").contains("5 min 1 s after it arrived"), "{}", message("clock-ahead"));
    assert!(message("clock-time-zone").contains("local time in place of UTC"), "{}", message("clock-time-zone"));
    assert!(message("clock-milliseconds").contains("milliseconds"), "{}", message("clock-milliseconds"));
}

#[test]
fn old_capture_suggests_the_at_option() {
    let run = shell().run(&["webhook", "verify", &capture("good")]).ended(1);
    assert!(run.stdout.contains("--at 2026-05-08T12:00:00Z"), "{}", run.stdout);
    shell().run(&["webhook", "verify", &capture("good-lambda")]).ended(0);
}

#[test]
fn tolerance_is_an_option() {
    let at = expected()["at"].as_str().unwrap().to_owned();
    shell().run(&["webhook", "verify", &capture("clock-old"), "--at", &at, "--tolerance", "301"]).ended(0);
}

#[test]
fn headers_and_body_may_be_separate_or_from_stdin() {
    let shell = shell();
    let at = expected()["at"].as_str().unwrap().to_owned();
    let whole = std::fs::read(capture("good")).unwrap();
    let split = whole.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    shell.write("headers.txt", &whole[..split]);
    shell.write("body.json", &whole[split + 4..]);
    let apart = ["webhook", "verify", "--headers", "headers.txt", "--body", "body.json", "--at", &at];
    shell.run(&apart).ended(0);
    let mut command = shell.command(&["webhook", "verify", "-", "--at", &at]);
    command.stdin(std::fs::File::open(capture("good")).unwrap());
    assert_eq!(command.output().unwrap().status.code(), Some(0));
}

#[test]
fn invalid_capture_is_refused_with_the_expected_format() {
    let shell = shell();
    for (text, code) in [
        ("", "capture_malformed"),
        ("hello\n\n{}", "capture_malformed"),
        ("Peeker-Event-Id: evt_1\nPeeker-Timestamp: 1", "capture_malformed"),
        ("{\"id\":\"evt_1\"}", "capture_malformed"),
        ("{\"headers\":{},\"body\":{\"id\":\"evt_1\"}}", "capture_malformed"),
        ("{\"headers\":{\"a\":\"b\"}", "capture_malformed"),
    ] {
        shell.write("odd.txt", text);
        let run = shell.run(&["--json", "webhook", "verify", "odd.txt"]).ended(2);
        assert_eq!(run.error_code(), code, "{text}");
        assert!(run.stderr.contains("Peeker-Event-Id: evt_"), "{}", run.stderr);
    }
}

#[test]
fn signing_matches_openssl_and_verifies() {
    let mut shell = shell();
    shell.set("PEEKER_WEBHOOK_BASE_STRING", "{timestamp}.{body}");
    let whole = std::fs::read(capture("good")).unwrap();
    let split = whole.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    shell.write("body.json", &whole[split + 4..]);
    let run = shell.run(&["webhook", "sign", "body.json", "--at", "1778241600"]).ended(0);
    let expected = expected();
    let signature = format!("Peeker-Signature: v1={}", expected["signature_of_good"].as_str().unwrap());
    assert!(run.stdout.contains(&signature), "{}", run.stdout);
    shell.write("signed.txt", &run.stdout);
    shell.run(&["webhook", "verify", "signed.txt", "--at", "1778241600"]).ended(0);
}
