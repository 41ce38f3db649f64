//! What has to change so that the functions take deliveries that are signed by a rule.

use super::finding::Finding;
use super::ring::Ring;
use super::rule::Rule;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::mac::Algorithm;
use crate::webhook::search::moments::millis;
use crate::webhook::search::places::{Place, title};
use crate::webhook::search::signatures::{Encoding, Written};
use crate::webhook::signature::{TEMPLATES, unhex};
use shared::event::Event;

/// What a stage adds to a delivery that it passes on.
const FORWARDED: &str = "Checkout-Forwarded";

/// Everything but the clock: of `signature`, which comes out by `rule` in the delivery of `facts`.
pub(crate) fn advice(
    rule: &Rule,
    signature: &Written,
    facts: &Facts<'_>,
    ring: &Ring,
    template: &'static str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(of_secret(rule, facts, ring));
    findings.extend(of_base_string(rule, template));
    findings.extend(of_signature(&rule.signature, &signature.bytes, facts));
    findings.extend(of_header(facts, "Peeker-Timestamp", "timestamp", rule.recipe.time().map(|(place, _)| place)));
    findings.extend(of_header(facts, "Peeker-Event-Id", "event id", rule.recipe.id()));
    findings.extend(of_timestamp(facts));
    findings.extend(of_body(rule, facts));
    findings
}

fn of_secret(rule: &Rule, facts: &Facts<'_>, ring: &Ring) -> Vec<Finding> {
    let mut findings = Vec::new();
    let label = ring.label(rule.key.secret);
    if ring.is_other(rule.key.secret) {
        let message = if facts.capture.values(FORWARDED).is_empty() {
            format!(
                "Signed with {label}: Peeker has one webhook address for test and live. Set OTHER_STAGE_URL to the address \
                 of that environment's stage, and give this stage the webhook secrets of both: then it passes them on."
            )
        } else {
            format!(
                "Signed with {label}, and passed on to this stage: OTHER_STAGE_URL of the stage that passed it on names \
                 the wrong stage."
            )
        };
        findings.push(Finding::setting("other_environment", ("OTHER_STAGE_URL", Some("OtherStageUrl")), None, message));
    }
    let reading = rule.key.reading;
    if reading.is_empty() {
        return findings;
    }
    findings.push(if rule.key.can_be_text() {
        let message = format!(
            "The key is {label} {reading}. Write it so into webhook_secrets_test or webhook_secrets_live: the functions \
             take the text that stands there."
        );
        Finding::setting("secret_form", ("webhook_secrets_*", None), None, message)
    } else {
        let message = format!(
            "The key is {label} {reading}. The functions take the text of a secret as it stands, and no text in \
             webhook_secrets_* gives this key."
        );
        Finding::report("secret_form_unknown", message)
    });
    findings
}

fn of_base_string(rule: &Rule, expected: &'static str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let template = rule.recipe.template();
    match rule.recipe.known() {
        Some(known) if known == expected => {}
        Some(known) => {
            let message = format!("Set WEBHOOK_BASE_STRING to {known}; the receiver is taken to expect {expected}.");
            let setting = ("WEBHOOK_BASE_STRING", Some("WebhookBaseString"));
            findings.push(Finding::setting("base_string", setting, Some(known.to_owned()), message));
        }
        None => {
            let message =
                format!("The signature covers {template}. WEBHOOK_BASE_STRING can be {}.", TEMPLATES.join("  "));
            findings.push(Finding::report("base_string_unknown", message));
        }
    }
    if !rule.recipe.covers_body() {
        let message =
            "The signature does not cover the body: whoever saw one delivery could send another body with it.";
        findings.push(Finding::report("body_not_signed", message));
    }
    if !rule.steps.is_empty() {
        let message = format!(
            "The signature covers the body {}, and not the bytes that came. When something between Peeker and the \
             receiver changes them, that has to end; when Peeker signs so, the functions have to do the same.",
            rule.steps.join(", ")
        );
        findings.push(Finding::report("body_reencoded", message));
    }
    findings
}

/// How the rule's signatures are written; `bytes` are those of this delivery.
fn of_signature(signature: &Written, bytes: &[u8], facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if signature.algorithm != Algorithm::Sha256 {
        let message = format!("The signature is {}; the functions take HMAC-SHA256.", signature.algorithm.name());
        findings.push(Finding::report("algorithm", message));
    }
    let values = facts.capture.values("Peeker-Signature");
    if !signature.header.eq_ignore_ascii_case("Peeker-Signature") {
        let message = format!(
            "The signature is in the header {}; the functions read Peeker-Signature.",
            title(&signature.header)
        );
        findings.push(Finding::report("signature_header", message));
    } else if values.len() > 1 {
        let message = format!("Peeker-Signature is there {} times; the functions take it once.", values.len());
        findings.push(Finding::report("signature_header", message));
    }
    if signature.encoding != Encoding::Hexadecimal {
        let message = format!("The signature is in {}; the functions read hexadecimal.", signature.encoding.name());
        findings.push(Finding::report("signature_encoding", message));
    }
    if !is_read(&values, bytes) && signature.label != "v1=" {
        let front = if signature.label.is_empty() { "nothing" } else { signature.label.as_str() };
        let message = format!("In front of the signature stands {front}; the functions take v1=.");
        findings.push(Finding::report("signature_prefix", message));
    }
    findings
}

/// Whether the functions find these bytes: entries are parted by commas and spaces.
fn is_read(values: &[&str], signature: &[u8]) -> bool {
    let entries = values.iter().flat_map(|value| value.split([',', ' ']));
    let ours = entries.filter_map(|entry| entry.trim().strip_prefix("v1="));
    ours.filter_map(unhex).any(|bytes| bytes == signature)
}

/// A header that has to be there once, and be the one that is signed.
fn of_header(facts: &Facts<'_>, name: &'static str, what: &str, signed: Option<&Place>) -> Option<Finding> {
    let code = if name == "Peeker-Timestamp" { "timestamp_header" } else { "event_id_header" };
    let message = match (facts.capture.values(name).as_slice(), signed) {
        (_, Some(place)) if !place.is_header(name) => {
            format!("The {what} that is signed is {}; the functions read {name}.", place.words())
        }
        // What came twice is joined by a comma where a stage keeps it.
        ([value], _) if value.contains(',') => format!("{name} is there twice; the functions take it once."),
        ([value], _) if !value.is_empty() => return None,
        ([], _) => format!("{name} is missing; the functions do not take a delivery without it."),
        ([_], _) => format!("{name} is empty; the functions do not take a delivery without it."),
        (values, _) => format!("{name} is there {} times; the functions take it once.", values.len()),
    };
    Some(Finding::report(code, message))
}

fn of_timestamp(facts: &Facts<'_>) -> Option<Finding> {
    let [timestamp] = *facts.capture.values("Peeker-Timestamp").as_slice() else { return None };
    if timestamp.is_empty() || timestamp.contains(',') || seconds(timestamp).is_some() {
        return None;
    }
    let what = match millis(timestamp) {
        Some(_) if timestamp.len() == 13 && timestamp.bytes().all(|byte| byte.is_ascii_digit()) => "in milliseconds",
        Some(_) => "a time in another form",
        None => "no time",
    };
    let message = format!("Peeker-Timestamp is {what}; the functions read Unix seconds.");
    Some(Finding::report("timestamp_form", message))
}

/// The time of a timestamp that the functions can read.
pub(crate) fn seconds(timestamp: &str) -> Option<i64> {
    let digits = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    timestamp.parse::<i64>().ok().filter(|at| digits && (1..100_000_000_000).contains(at))
}

/// The bytes that came have to be an event, and the header's.
fn of_body(rule: &Rule, facts: &Facts<'_>) -> Option<Finding> {
    let header = facts.capture.values("Peeker-Event-Id").first().copied();
    match Event::parse(&facts.capture.body) {
        Err(problem) if rule.steps.is_empty() => {
            let message = format!("The body is no event: {}", problem.message());
            Some(Finding::report("event_malformed", message))
        }
        Ok(event) if header.is_some_and(|id| !id.is_empty() && id != event.id.as_str()) => {
            let message = "Peeker-Event-Id and the body's id differ; the functions do not take such a delivery.";
            Some(Finding::report("event_id_mismatch", message))
        }
        _ => None,
    }
}
