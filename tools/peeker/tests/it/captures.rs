//! Captured deliveries with one thing wrong each: `webhook verify` names that thing and nothing else.

use crate::bench::Shell;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures")
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap()
}

/// A shell that has the secrets of the captures.
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
fn every_captured_delivery_gets_its_findings_and_no_others() {
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
fn the_base_string_that_matches_is_named_and_can_be_chosen() {
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
fn what_happened_to_the_body_is_said_in_words() {
    for (name, words) in [
        ("body-pretty", "as compact JSON"),
        ("body-compacted", "as JSON indented by two spaces"),
        ("body-trailing-newline", "without the line end after it"),
        ("body-lost-newline", "with a line end (LF) after it"),
        ("body-crlf", "with line ends LF in place of CRLF"),
        ("body-escaped-capitals", "with letters beyond ASCII as they are in place of \\u escapes"),
        ("body-from-php", "with / as \\/, as PHP writes it"),
        ("body-from-python", "as JSON with a space after commas and colons, as Python writes it"),
    ] {
        let message = message(name);
        assert!(message.contains(words), "{name}: {message}");
    }
}

#[test]
fn keys_that_were_sorted_are_pointed_at_although_nobody_knows_how_they_stood() {
    assert!(message("body-sorted").contains("keys are in alphabetical order"), "{}", message("body-sorted"));
    for name in ["changed-body", "wrong-secret"] {
        assert!(!message(name).contains("alphabetical"), "{name}");
    }
}

#[test]
fn a_secret_that_is_kept_in_quotes_is_told_so() {
    assert!(message("secret-in-quotes").contains("fits the secret in quotes"));
    let mut shell = Shell::empty();
    let secrets = expected()["secrets"].as_str().unwrap().to_owned();
    let first = secrets.split(',').next().unwrap();
    shell.set("PEEKER_WEBHOOK_SECRET", &format!("\"{first}\""));
    let (code, data) = verify(&shell, "good");
    assert_eq!((code, codes(&data, true)), (1, vec!["secret_encoding".to_owned()]), "{data}");
    assert!(data["findings"][0]["message"].as_str().unwrap().contains("without the quotes"), "{data}");
}

#[test]
fn a_clock_that_is_off_is_told_by_how_much() {
    assert!(message("clock-old").contains("5 min 1 s before it arrived"), "{}", message("clock-old"));
    assert!(message("clock-ahead").contains("5 min 1 s after it arrived"), "{}", message("clock-ahead"));
    assert!(message("clock-time-zone").contains("local time in place of UTC"), "{}", message("clock-time-zone"));
    assert!(message("clock-milliseconds").contains("milliseconds"), "{}", message("clock-milliseconds"));
}

#[test]
fn an_old_capture_judged_now_is_told_how_to_be_judged_as_of_then() {
    let run = shell().run(&["webhook", "verify", &capture("good")]).ended(1);
    assert!(run.stdout.contains("--at 2026-05-08T12:00:00Z"), "{}", run.stdout);
    shell().run(&["webhook", "verify", &capture("good-lambda")]).ended(0);
}

#[test]
fn the_tolerance_is_an_option() {
    let at = expected()["at"].as_str().unwrap().to_owned();
    shell().run(&["webhook", "verify", &capture("clock-old"), "--at", &at, "--tolerance", "301"]).ended(0);
}

#[test]
fn headers_and_body_may_come_apart_and_from_standard_input() {
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
fn what_is_no_capture_is_refused_with_the_form_that_it_takes() {
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
fn signing_gives_what_openssl_gives_and_verifies_here() {
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
