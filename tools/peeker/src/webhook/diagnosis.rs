//! Says what is wrong with a captured delivery: headers, signature, clock, body.

use crate::times::{duration_words, iso};
use crate::webhook::capture::Capture;
use crate::webhook::criteria::Criteria;
use crate::webhook::doctor::words::WITHHELD;
use crate::webhook::json_text::keys_are_sorted;
use crate::webhook::matching::{Match, is_usable, search};
use crate::webhook::receiver::{self, Header, MAX_SIGNATURES, SIGNATURE_LENGTH, is_joined, oddity};
use crate::webhook::search::unknown;
use crate::webhook::signature::TEMPLATES;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::event::{Event, EventProblem};

/// One thing that is wrong, or worth knowing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Stable word to branch on.
    pub(crate) code: &'static str,
    /// Whether the delivery would be refused for it.
    pub(crate) fatal: bool,
    /// What it is, and what to do.
    pub(crate) message: String,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(crate) struct Diagnosis {
    pub(crate) findings: Vec<Finding>,
    pub(crate) matched: Option<Match>,
}

impl Diagnosis {
    /// Whether the receiver would take it.
    pub(crate) fn verified(&self) -> bool {
        self.matched.is_some() && !self.findings.iter().any(|finding| finding.fatal)
    }

    fn wrong(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { code, fatal: true, message: message.into() });
    }

    fn note(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding { code, fatal: false, message: message.into() });
    }

    /// The document of `--json`.
    pub(crate) fn document(&self) -> Value {
        let row =
            |finding: &Finding| json!({"code": finding.code, "problem": finding.fatal, "message": finding.message});
        json!({
            "verified": self.verified(),
            "findings": self.findings.iter().map(row).collect::<Vec<_>>(),
            "secret": self.matched.as_ref().map(|matched| matched.secret),
            "base_string": self.matched.as_ref().map(|matched| matched.template),
            "reencoding": self.matched.as_ref().map(|matched| &matched.reencoding),
        })
    }
}

/// Judges `capture`.
pub(crate) fn diagnose(capture: &Capture, by: &Criteria<'_>) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    for line in &capture.odd_lines {
        diagnosis.note("header_malformed", format!("Not a header line: {line}"));
    }
    if capture.is_withheld {
        diagnosis.wrong("body_withheld", WITHHELD);
        return diagnosis;
    }
    if let Some(bytes) = capture.cut_from {
        diagnosis.wrong("body_truncated", cut(capture.body.len(), bytes));
        return diagnosis;
    }
    let event_id = only(&mut diagnosis, capture, "Peeker-Event-Id");
    let timestamp = only(&mut diagnosis, capture, "Peeker-Timestamp");
    let signature = only(&mut diagnosis, capture, "Peeker-Signature");
    let signatures = signature.map(|header| entries(&mut diagnosis, header)).unwrap_or_default();
    if !signatures.is_empty() {
        let compared = signatures.get(..MAX_SIGNATURES).unwrap_or(&signatures);
        diagnosis.matched = search(capture, by, compared, event_id, timestamp);
        if diagnosis.matched.is_none() && compared.len() < signatures.len() {
            diagnosis.matched = search(capture, by, &signatures, event_id, timestamp);
            if diagnosis.matched.is_some() {
                let message = format!(
                    "Peeker-Signature has {} v1= entries, and the receiver compares the first {MAX_SIGNATURES}: the one \
                     that fits comes later.",
                    signatures.len()
                );
                diagnosis.wrong("signature_place", message);
            }
        }
        // Without a header that is signed along, no secret could give the signature: that is said already.
        let complete = is_usable(by.template, event_id, timestamp);
        if complete || diagnosis.matched.is_some() {
            check_match(&mut diagnosis, by, &capture.body);
        }
    }
    if let Some(timestamp) = timestamp {
        check_clock(&mut diagnosis, by, timestamp);
    }
    check_body(&mut diagnosis, capture, event_id);
    diagnosis
}

/// That the body was cut.
pub(crate) fn cut(kept: usize, whole: u64) -> String {
    let whole = if whole == 0 { String::new() } else { format!(" of {whole}") };
    format!("The body was cut after {kept}{whole} bytes when it was captured, so its signature cannot be checked.")
}

/// The one value of a header that has to be there exactly once.
fn only<'c>(diagnosis: &mut Diagnosis, capture: &'c Capture, name: &str) -> Option<&'c str> {
    let (code, message) = match receiver::header(capture, name) {
        Header::Missing => ("header_missing", format!("{name} is missing. Check whether a proxy removes it.")),
        Header::Empty => ("header_empty", format!("{name} is empty.")),
        Header::NotText => {
            ("header_malformed", format!("{name} has non-ASCII characters; the receiver rejects such a header."))
        }
        // What came twice is joined by a comma by many servers; of a signature, two are meant to stand so.
        Header::One(value) if is_joined(value) && !name.ends_with("Signature") => {
            ("header_duplicate", format!("{name} occurs twice, joined by a comma: {value}"))
        }
        Header::One(value) => return Some(value),
        Header::Repeated(times) => {
            ("header_duplicate", format!("{name} occurs {times} times; a delivery has it once."))
        }
    };
    diagnosis.wrong(code, message);
    None
}

/// The `v1=` entries as bytes; problems of the others are reported if none can be used.
fn entries(diagnosis: &mut Diagnosis, header: &str) -> Vec<Vec<u8>> {
    let decoded = receiver::signatures(header);
    if !decoded.is_empty() {
        return decoded;
    }
    let parts: Vec<&str> = receiver::entries(header).collect();
    let ours: Vec<&str> = parts.iter().filter_map(|part| part.strip_prefix("v1=")).collect();
    let message = match (ours.first(), parts.first()) {
        (Some(text), _) if STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == SIGNATURE_LENGTH) => {
            "Peeker-Signature is in base64; it must be hexadecimal.".to_owned()
        }
        (Some(text), _) if text.contains(|c: char| !c.is_ascii_alphanumeric()) => format!(
            "Peeker-Signature has the entry v1={}; the receiver splits entries at commas and spaces, and accepts only v1= and 64 hexadecimal digits.",
            oddity(text)
        ),
        (Some(text), _) => format!(
            "Peeker-Signature has v1= with {} characters of which {} are hexadecimal digits; it must have 64 digits. It may have been truncated.",
            text.chars().count(),
            text.chars().filter(char::is_ascii_hexdigit).count()
        ),
        (None, Some(text))
            if hex::decode(text.rsplit('=').next().unwrap_or_default())
                .is_ok_and(|bytes| bytes.len() == SIGNATURE_LENGTH) =>
        {
            let version = text.rsplit_once('=').map_or("no version", |(version, _)| version);
            format!("Peeker-Signature has {version} in front of its digits; it must be v1=.")
        }
        (None, Some(text)) if text.contains("v1=") => format!(
            "Peeker-Signature has the entry {}; the receiver splits entries at commas and spaces, and accepts only v1= and 64 hexadecimal digits.",
            oddity(text)
        ),
        _ => format!(
            "Peeker-Signature has no entry v1=<64 hexadecimal digits>; it has {}.",
            unknown::form(header).unwrap_or_else(|| "nothing".to_owned())
        ),
    };
    diagnosis.wrong("signature_malformed", message);
    Vec::new()
}

fn check_match(diagnosis: &mut Diagnosis, by: &Criteria<'_>, body: &[u8]) {
    let Some(matched) = diagnosis.matched.take() else {
        let secrets = match by.secrets.len() {
            1 => "The secret does not reproduce".to_owned(),
            many => format!("None of the {many} secrets reproduces"),
        };
        let mut message = format!(
            "{secrets} this signature, over none of the {} base strings and none of the usual re-encodings of the \
             body. Either it was signed with another secret (live and test have one each; see Peeker's portal), \
             or body, timestamp or event id were changed.",
            TEMPLATES.len()
        );
        if keys_are_sorted(body) {
            // In which order they stood cannot be known.
            message.push_str(
                " The body's keys are in alphabetical order, and Peeker writes the id first: it was most likely parsed \
                 and written again. Verify the raw body, before anything parses it.",
            );
        }
        return diagnosis.wrong("signature_mismatch", message);
    };
    if !matched.reading.is_empty() {
        let message =
            format!("The signature matches the secret {}; it must match the unchanged secret.", matched.reading);
        diagnosis.wrong("secret_encoding", message);
    }
    if matched.template != by.template {
        let message = format!(
            "The signature covers {}, and the receiver expects {}. Set WEBHOOK_BASE_STRING of the functions to {}.",
            matched.template, by.template, matched.template
        );
        diagnosis.wrong("base_string", message);
    }
    if !matched.reencoding.is_empty() {
        let message = format!(
            "The signature matches the body {}. Something changed the bytes on the way: verify the raw body, before anything parses or prints it.",
            matched.reencoding.join(", ")
        );
        diagnosis.wrong("body_reencoded", message);
    }
    if matched.secret > 1 && matched.reading.is_empty() {
        let message = format!(
            "Signed with secret {} of {}: an older one, while it is rotated out.",
            matched.secret,
            by.secrets.len()
        );
        diagnosis.note("older_secret", message);
    }
    diagnosis.matched = Some(matched);
}

fn check_clock(diagnosis: &mut Diagnosis, by: &Criteria<'_>, timestamp: &str) {
    let digits = timestamp.bytes().all(|b| b.is_ascii_digit());
    let Some(signed_at) = timestamp.parse::<i64>().ok().filter(|at| digits && *at > 0) else {
        let message = "Peeker-Timestamp is not a time in Unix seconds, such as 1778241600.";
        return diagnosis.wrong("timestamp_malformed", message);
    };
    if signed_at > 100_000_000_000 {
        return diagnosis.wrong("timestamp_malformed", "Peeker-Timestamp is in milliseconds; it must be in seconds.");
    }
    let age = by.at.saturating_sub(signed_at);
    if age.abs() <= by.tolerance {
        return;
    }
    let side = if age > 0 { "before" } else { "after" };
    let mut message = format!(
        "Signed at {}, {} {side} it {} ({}); the receiver's tolerance is {} s.",
        iso(signed_at),
        duration_words(age.unsigned_abs()),
        if by.at_is_known { "arrived" } else { "was checked" },
        iso(by.at),
        by.tolerance,
    );
    if is_whole_hours(age, by.tolerance) {
        message.push_str(" The difference is whole hours: a clock probably has local time in place of UTC.");
    } else if by.at_is_known {
        message.push_str(" Check the clock of the receiver (and whether deliveries wait in a queue).");
    } else {
        message.push_str(&format!(" To check a capture at its time of arrival, add --at {}.", iso(signed_at)));
    }
    diagnosis.wrong("clock", message);
}

/// Differences of time zones are at most 14 hours.
fn is_whole_hours(age: i64, tolerance: i64) -> bool {
    let (hours, off) = (age.abs() / 3600, age.abs() % 3600);
    let off = off.min(3600 - off);
    (1..=14).contains(&hours) && off <= tolerance.min(5)
}

/// The bytes that were signed, where they are known, are an event's, and the header's.
fn check_body(diagnosis: &mut Diagnosis, capture: &Capture, event_id: Option<&str>) {
    let body = diagnosis.matched.as_ref().map_or(&capture.body, |matched| &matched.body);
    let whole = serde_json::from_slice::<Value>(body).is_ok();
    match Event::delivered(body, event_id.unwrap_or_default()) {
        Err(EventProblem::OtherId) => {
            let id = Event::parse(body).map(|event| event.id.to_string()).unwrap_or_default();
            let message = format!("Peeker-Event-Id is {}, and the body's id is {id}.", event_id.unwrap_or_default());
            diagnosis.wrong("event_id_mismatch", message);
        }
        Err(problem) => {
            let message = format!("The body is not an event: {}", problem.message());
            diagnosis.wrong("body_malformed", message);
        }
        Ok(_) if !whole => {
            let message = "The body is incomplete JSON, and was signed unchanged. The receiver accepts the part that can be parsed.";
            diagnosis.note("body_incomplete", message);
        }
        Ok(_) => {}
    }
}
