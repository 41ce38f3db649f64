//! Advice: changes that make the functions accept deliveries with a known signing rule.

use super::finding::Finding;
use super::ring::Ring;
use super::rule::Rule;
use crate::webhook::receiver::{Header, MAX_SIGNATURES, compares, entries, header, is_joined, oddity, signatures};
use crate::webhook::reencoding::is_decompression;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::mac::Algorithm;
use crate::webhook::search::moments::millis;
use crate::webhook::search::places::{Place, title};
use crate::webhook::search::signatures::{Encoding, Written};
use crate::webhook::signature::TEMPLATES;
use shared::event::{Event, EventProblem};

/// Header that a stage adds when it forwards a delivery.
const FORWARDED: &str = "Checkout-Forwarded";
/// Header in which the functions expect the signature.
const PEEKER_SIGNATURE: &str = "Peeker-Signature";

/// All findings except the clock, for `signature`, which matches `rule` in the delivery of `facts`.
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
    findings.extend(of_changed_body(rule, facts));
    findings.extend(of_signature(&rule.signature, signature, facts));
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
                 of that environment's stage, and give this stage the webhook secrets of both: then it forwards them."
            )
        } else {
            format!(
                "Signed with {label}, and forwarded to this stage: OTHER_STAGE_URL of the forwarding stage is wrong."
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
            "The key is {label} {reading}. Write it in this form into webhook_secrets_test or webhook_secrets_live: the functions use the text unchanged."
        );
        Finding::setting("secret_form", ("webhook_secrets_*", None), None, message)
    } else {
        let message = format!(
            "The key is {label} {reading}. The functions use the text of a secret unchanged, and no text in webhook_secrets_* gives this key."
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
            let message = format!("Set WEBHOOK_BASE_STRING to {known}; the receiver presumably expects {expected}.");
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
        let message = "The signature does not cover the body: anybody who has seen one delivery could send another body with its signature.";
        findings.push(Finding::report("body_not_signed", message));
    }
    findings
}

/// The signature covers other bytes than the received ones.
fn of_changed_body(rule: &Rule, facts: &Facts<'_>) -> Option<Finding> {
    if rule.steps.is_empty() {
        return None;
    }
    let mut message = format!(
        "The signature covers the body {}, and not the bytes that arrived. If something between Peeker and the receiver changes them, it must stop; if Peeker signs this form, the functions must verify it.",
        rule.steps.join(", ")
    );
    if rule.steps.iter().any(|step| is_decompression(step)) {
        let named = facts.capture.values("Content-Encoding").join(", ");
        let named = if named.is_empty() {
            "there is no Content-Encoding".to_owned()
        } else {
            format!("Content-Encoding is {named}")
        };
        message.push_str(&format!(" The body is compressed ({named}); the functions do not decompress bodies."));
    }
    Some(Finding::report("body_reencoded", message))
}

/// The format of the rule's signatures, and `own`, the one of this delivery.
fn of_signature(signature: &Written, own: &Written, facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let here = header(facts.capture, PEEKER_SIGNATURE);
    if signature.algorithm != Algorithm::Sha256 {
        let message = format!("The signature is {}; the functions accept HMAC-SHA256.", signature.algorithm.name());
        findings.push(Finding::report("algorithm", message));
    }
    let is_elsewhere = !signature.header.eq_ignore_ascii_case(PEEKER_SIGNATURE);
    let place = match here {
        _ if is_elsewhere => Some(format!(
            "The signature is in the header {}; the functions read Peeker-Signature.",
            title(&signature.header)
        )),
        Header::Repeated(times) => {
            Some(format!("Peeker-Signature occurs {times} times; the functions accept it once."))
        }
        Header::NotText => {
            Some("Peeker-Signature has non-ASCII characters; the functions reject such a header.".to_owned())
        }
        _ => None,
    };
    findings.extend(place.map(|message| Finding::report("signature_header", message)));
    if matches!(here, Header::One(value) if compares(value, &own.bytes)) {
        return findings;
    }
    if signature.encoding != Encoding::Hexadecimal {
        let message = format!("The signature is in {}; the functions read hexadecimal.", signature.encoding.name());
        findings.push(Finding::report("signature_encoding", message));
    }
    if signature.label != "v1=" {
        let front = if signature.label.is_empty() { "nothing" } else { signature.label.as_str() };
        let message = format!("The prefix of the signature is {front}; the functions accept v1=.");
        findings.push(Finding::report("signature_prefix", message));
    }
    findings.extend(of_entry(own, facts));
    findings
}

/// The position of the signature in its header: the functions split entries at commas and spaces.
fn of_entry(own: &Written, facts: &Facts<'_>) -> Option<Finding> {
    let values = facts.capture.values(&own.header);
    let value = values.into_iter().find(|value| value.contains(&own.text))?;
    if let Some(place) = signatures(value).iter().position(|bytes| *bytes == own.bytes) {
        return (place >= MAX_SIGNATURES).then(|| {
            let place = place + 1;
            let message = format!(
                "The signature is number {place} of the v1= entries in Peeker-Signature; the functions compare the first \
                 {MAX_SIGNATURES}."
            );
            Finding::report("signature_place", message)
        });
    }
    let entry = entries(value).find(|entry| entry.contains(&own.text))?;
    // A character of the label may already split two entries.
    let label = if own.label.ends_with([',', ' ']) { "" } else { own.label.as_str() };
    let is_alone = entry.trim_end_matches('=') == format!("{label}{}", own.text);
    (!is_alone).then(|| {
        let message = format!(
            "The signature is in {}; the functions split Peeker-Signature at commas and spaces, and accept only entries of v1= and 64 hexadecimal digits.",
            oddity(entry)
        );
        Finding::report("signature_form", message)
    })
}

/// A required header, which must occur once and be the signed one.
fn of_header(facts: &Facts<'_>, name: &'static str, what: &str, signed: Option<&Place>) -> Option<Finding> {
    let code = if name == "Peeker-Timestamp" { "timestamp_header" } else { "event_id_header" };
    let message = match (header(facts.capture, name), signed) {
        (_, Some(place)) if !place.is_header(name) => {
            format!("The {what} that is signed is {}; the functions read {name}.", place.words())
        }
        // A stage stores repeated headers joined by commas.
        (Header::One(value), _) if is_joined(value) => format!("{name} occurs twice; the functions accept it once."),
        (Header::One(_), _) => return None,
        (Header::Missing, _) => format!("{name} is missing; the functions reject a delivery without it."),
        (Header::Empty, _) => format!("{name} is empty; the functions reject a delivery without it."),
        (Header::NotText, _) => {
            format!("{name} has non-ASCII characters; the functions reject such a header.")
        }
        (Header::Repeated(times), _) => format!("{name} occurs {times} times; the functions accept it once."),
    };
    Some(Finding::report(code, message))
}

fn of_timestamp(facts: &Facts<'_>) -> Option<Finding> {
    let Header::One(timestamp) = header(facts.capture, "Peeker-Timestamp") else { return None };
    if is_joined(timestamp) || seconds(timestamp).is_some() {
        return None;
    }
    let what = match millis(timestamp) {
        Some(_) if timestamp.len() == 13 && timestamp.bytes().all(|byte| byte.is_ascii_digit()) => "in milliseconds",
        Some(_) => "a time in another format",
        None => "not a time",
    };
    let message = format!("Peeker-Timestamp is {what}; the functions read Unix seconds.");
    Some(Finding::report("timestamp_form", message))
}

/// The time of a timestamp in a format of the functions.
pub(crate) fn seconds(timestamp: &str) -> Option<i64> {
    let digits = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    timestamp.parse::<i64>().ok().filter(|at| digits && (1..100_000_000_000).contains(at))
}

/// The received bytes must be an event with the id in the header.
fn of_body(rule: &Rule, facts: &Facts<'_>) -> Option<Finding> {
    let beside = match header(facts.capture, "Peeker-Event-Id") {
        Header::One(id) => id,
        _ => "",
    };
    match Event::delivered(&facts.capture.body, beside) {
        Err(EventProblem::OtherId) => {
            let message = "Peeker-Event-Id and the body's id differ; the functions reject such a delivery.";
            Some(Finding::report("event_id_mismatch", message))
        }
        Err(problem) if rule.steps.is_empty() => {
            let message = format!("The body is not an event: {}", problem.message());
            Some(Finding::report("event_malformed", message))
        }
        _ => None,
    }
}
