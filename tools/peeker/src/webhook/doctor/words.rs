//! Messages about unexplained deliveries, and about those that should have been accepted.

use super::diagnosis::{Diagnosis, Expected, Group};
use super::finding::Finding;
use super::ring::Ring;
use super::rule::Rule;
use crate::json::text;
use crate::output::plain;
use crate::webhook::capture::Capture;
use crate::webhook::receiver::{Header, header};
use crate::webhook::rejected::Delivery;
use crate::webhook::search::Tried;
use crate::webhook::search::places::title;
use crate::webhook::search::signatures::signatures;
use crate::webhook::search::unknown;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn undecidable() -> Finding {
    let message = "The stage kept only the beginning of the body (256 KB), so its signature cannot be checked. \
                   Use a smaller delivery.";
    Finding::check("body_truncated", message)
}

/// The reason for a withheld body, and advice; also printed by `verify` and `rejected`.
pub(crate) const WITHHELD: &str = "The stage kept no body: a word in it, such as password, secret or pk_live_, suggests that it holds a credential. So a \
     signature over it cannot be checked. Let Peeker send an event of another type, such as domain.connected, and look at \
     that delivery.";

pub(super) fn withheld() -> Finding {
    Finding::check("body_withheld", WITHHELD)
}

/// The finding for a signature in an unknown format.
pub(super) fn unknown_signature(capture: &Capture) -> Option<Finding> {
    let Header::One(value) = header(capture, "Peeker-Signature") else { return None };
    let headers = [("Peeker-Signature".to_owned(), value.to_owned())];
    if !signatures(&headers).is_empty() {
        return None;
    }
    let message = format!(
        "Peeker-Signature has a signature in an unknown form: {}. The functions accept v1= and 64 hexadecimal digits of HMAC-SHA256. Ask Peeker how it signs, and report the form to the developers of peeker-checkout.",
        unknown::form(value)?
    );
    Some(Finding::check("signature_unknown", message))
}

/// The finding for a Content-Encoding without a matching signature.
fn compressed(capture: &Capture) -> Option<Finding> {
    let Header::One(encoding) = header(capture, "Content-Encoding") else { return None };
    if encoding.eq_ignore_ascii_case("identity") {
        return None;
    }
    let message = format!(
        "Content-Encoding is {encoding}: the body was compressed. Bodies in gzip and deflate were also tried decompressed; in \
         another encoding, or when a proxy decompressed the body, the signed bytes are not known here. Ask Peeker to send \
         bodies uncompressed."
    );
    Some(Finding::check("check_encoding", message))
}

pub(super) fn without_signature() -> Finding {
    let message = "No header has a value that looks like a signature. Most likely it is not from Peeker, and no action is needed; if it is, a proxy in front of the receiver removes headers.";
    Finding::check("no_signature", message)
}

/// The stage's reason for headers that are missing, empty or repeated.
const HEADERS: &str = "webhook_headers";

pub(super) fn other_settings(rule: &Rule, reasons: &BTreeSet<String>, ring: &Ring, expected: Expected) -> Finding {
    if reasons.iter().all(|reason| reason == HEADERS) {
        let message = "Peeker-Signature occurs twice: a stage stores repeated headers joined by a comma, and its reason is webhook_headers. The functions accept each header once.";
        return Finding::report("signature_header", message);
    }
    let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
    let message = format!(
        "The receiver accepts this with WEBHOOK_BASE_STRING={}, WEBHOOK_TOLERANCE_SECONDS={} and {}. The stage rejected it \
         ({}), so its settings differ, or differed at that time: compare them, and wait for the next delivery.",
        expected.template,
        expected.tolerance,
        ring.label(rule.key.secret),
        reasons.join(", ")
    );
    Finding::check("other_settings", message)
}

/// The attempts, and the next steps.
pub(super) fn in_vain(tried: &Tried, in_full: usize, ring: &Ring, deliveries: &[&Delivery]) -> Vec<Finding> {
    let secrets = if ring.secrets == 1 { "1 secret".to_owned() } else { format!("{} secrets", ring.secrets) };
    let usual = if in_full < deliveries.len() { ", and the usual ones on all" } else { "" };
    let headers = deliveries.iter().flat_map(|delivery| signatures(&delivery.capture.headers));
    let headers: BTreeSet<String> = headers.map(|written| title(&written.header)).collect();
    let mut message = format!(
        "No secret reproduces any signature. Tried {} combinations, all of them on {in_full} of {} deliveries{usual}: {} readings of \
         {secrets}; {} base strings of timestamp, event id, body or a hash of it, method, path, address and version, with 13 \
         separators; {} changed forms of the body; HMAC-SHA256, SHA-1 and SHA-512; hexadecimal, base64 and base64url in every \
         header. Possible signatures are in {}.",
        tried.combinations,
        deliveries.len(),
        tried.keys,
        tried.base_strings,
        tried.bodies,
        headers.into_iter().collect::<Vec<_>>().join(" and ")
    );
    message.push_str(" List all: --verbose.");
    if tried.cut {
        message.push_str(" The body was too large to try all: use a smaller delivery.");
    }
    let mut findings = vec![Finding::check("nothing_fits", message)];
    let secret = "Is the secret the one that Peeker's portal shows for this address? Live and test have one each: give the \
                  other one, too, with --other-webhook-secret-file. During a rotation give both: new,old.";
    findings.push(Finding::check("check_secret", secret));
    findings.extend(deliveries.iter().filter_map(|delivery| unknown_signature(&delivery.capture)).next());
    findings.extend(deliveries.iter().filter_map(|delivery| compressed(&delivery.capture)).next());
    let environments: BTreeSet<String> = deliveries.iter().filter_map(|delivery| environment(delivery)).collect();
    if !environments.is_empty() {
        let named: Vec<String> = environments.into_iter().collect();
        let message = format!("The environment in the bodies: {}.", plain(&named.join(", ")));
        findings.push(Finding::check("check_environment", message));
    }
    let bytes = "Does anything in front of the receiver change bodies, as a proxy that parses JSON does? And is it from Peeker \
                 at all: anybody can send to the address. Otherwise ask Peeker which bytes are signed, and how the secret \
                 becomes a key, and report the answer to the developers of peeker-checkout.";
    findings.push(Finding::check("check_bytes", bytes));
    findings
}

/// The environment in a body: docs/upstream.md#webhook-endpoint.
fn environment(delivery: &Delivery) -> Option<String> {
    let body = serde_json::from_slice::<Value>(&delivery.capture.body).ok()?;
    text(&body, "/data/api_key/environment").map(str::to_owned)
}

/// The first line about a group.
pub(crate) fn heading(group: &Group, diagnosis: &Diagnosis, all: usize, ring: &Ring) -> String {
    let count = group.members.len();
    let (subject, are) = match (count, all) {
        (1, 1) => ("The delivery".to_owned(), "is"),
        (1, all) => (format!("1 of {all} deliveries"), "is"),
        (count, all) => (format!("{count} of {all} deliveries"), "are"),
    };
    match group.rule.and_then(|rule| diagnosis.rules.get(rule)) {
        Some(rule) => {
            format!("{subject} {are} signed over {} with {}.", rule.recipe.template(), rule.secret(ring))
        }
        None => match group.findings.first().map(|finding| finding.code) {
            Some("body_truncated" | "body_withheld") => format!("{subject} cannot be checked."),
            Some("no_signature") => format!("{subject} {are} not signed."),
            Some("signature_unknown") => format!("{subject} {are} signed in an unknown form."),
            _ => format!("{subject} {are} signed in an unknown way."),
        },
    }
}

/// The last line about a group: the conclusion.
pub(crate) fn conclusion(group: &Group, diagnosis: &Diagnosis, ring: &Ring) -> Option<String> {
    let rule = diagnosis.rules.get(group.rule?)?;
    if group.needs_developers() {
        return Some(format!(
            "No setting accepts this. Report to the developers of peeker-checkout: {}",
            rule.sentence(ring)
        ));
    }
    group.findings.is_empty().then(|| "The receiver accepts this.".to_owned())
}
