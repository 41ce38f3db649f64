//! Looks for the way in which a signature comes out: secret, reading of the secret, base string, bytes of the body.

use crate::secret::Secret;
use crate::webhook::capture::Capture;
use crate::webhook::diagnosis::Yardstick;
use crate::webhook::reencoding::candidates;
use crate::webhook::signature::{Signed, TEMPLATES, sign, unhex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How the signature came out right.
#[derive(Debug)]
pub(crate) struct Match {
    /// Which of the secrets, counted from one.
    pub(crate) secret: usize,
    pub(crate) template: &'static str,
    /// How the body has to be changed for it; empty when it is as it was signed.
    pub(crate) reencoding: Vec<&'static str>,
    /// How the secret has to be read for it; empty when as it stands.
    pub(crate) reading: &'static str,
    /// The bytes that were signed.
    pub(crate) body: Vec<u8>,
}

/// Ways to make key bytes of a secret; only the first is the receiver's.
fn readings(secret: &Secret) -> Vec<(&'static str, Vec<u8>)> {
    let whole = secret.expose();
    let bare = whole.strip_prefix("whsec_").unwrap_or(whole);
    let mut readings = vec![("", whole.as_bytes().to_vec())];
    if bare != whole {
        readings.push(("without its whsec_", bare.as_bytes().to_vec()));
    }
    readings.extend(STANDARD.decode(bare).ok().map(|bytes| ("decoded from base64", bytes)));
    readings.extend(unhex(bare).map(|bytes| ("decoded from hexadecimal", bytes)));
    readings.push(("with a line end after it", format!("{whole}\n").into_bytes()));
    readings.push(("in quotes", format!("\"{whole}\"").into_bytes()));
    let unquoted = ['"', '\''].into_iter().find_map(|mark| whole.strip_prefix(mark)?.strip_suffix(mark));
    readings.extend(unquoted.map(|bare| ("without the quotes around it", bare.as_bytes().to_vec())));
    readings
}

/// The first way in which one of the signatures comes out, fewest changes first.
pub(crate) fn search(
    capture: &Capture,
    by: &Yardstick<'_>,
    signatures: &[Vec<u8>],
    event_id: Option<&str>,
    timestamp: Option<&str>,
) -> Option<Match> {
    let mut templates: Vec<&'static str> =
        TEMPLATES.into_iter().filter(|template| is_usable(template, event_id, timestamp)).collect();
    templates.sort_by_key(|template| *template != by.template);
    let signed = Signed { event_id: event_id.unwrap_or_default(), timestamp: timestamp.unwrap_or_default() };
    let keys: Vec<(usize, &'static str, Vec<u8>)> = by
        .secrets
        .iter()
        .enumerate()
        .flat_map(|(index, secret)| readings(secret).into_iter().map(move |(name, key)| (index + 1, name, key)))
        .collect();
    for candidate in candidates(&capture.body) {
        for template in &templates {
            // Two things rarely go wrong at once: another body is tried with the secrets as they stand.
            for (secret, reading, key) in
                keys.iter().filter(|(_, reading, _)| reading.is_empty() || candidate.steps.is_empty())
            {
                if signatures.contains(&sign(key, template, signed, &candidate.body)) {
                    return Some(Match {
                        secret: *secret,
                        template,
                        reading,
                        reencoding: candidate.steps,
                        body: candidate.body,
                    });
                }
            }
        }
    }
    None
}

/// Whether all that `template` covers is there.
pub(crate) fn is_usable(template: &str, event_id: Option<&str>, timestamp: Option<&str>) -> bool {
    (event_id.is_some() || !template.contains("{event_id}"))
        && (timestamp.is_some() || !template.contains("{timestamp}"))
}
