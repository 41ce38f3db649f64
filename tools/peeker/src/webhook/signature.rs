//! HMAC-SHA256 over the signed bytes; which bytes is unknown (docs/upstream.md#signature), so there are four templates.

use crate::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What can be signed; the first is the default (the same names as in the functions' settings).
pub(crate) const TEMPLATES: [&str; 4] =
    ["{timestamp}.{body}", "{event_id}.{timestamp}.{body}", "{timestamp}{body}", "{body}"];

/// What a signature may cover, apart from the body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'d> {
    pub(crate) event_id: &'d str,
    pub(crate) timestamp: &'d str,
}

/// The signature of `body`, as bytes.
pub(crate) fn sign(key: &[u8], template: &str, signed: Signed<'_>, body: &[u8]) -> Vec<u8> {
    let head = template.strip_suffix("{body}").unwrap_or(template);
    let head = head.replace("{event_id}", signed.event_id).replace("{timestamp}", signed.timestamp);
    // A key of any length will do: HMAC hashes what is longer than a block.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(head.as_bytes());
            mac.update(body);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

/// The header's value.
pub(crate) fn header(secret: &Secret, template: &str, signed: Signed<'_>, body: &[u8]) -> String {
    format!("v1={}", hex::encode(sign(secret.expose().as_bytes(), template, signed, body)))
}
