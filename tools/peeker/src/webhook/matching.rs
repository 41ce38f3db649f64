//! How the signature of a delivery comes out by one of the functions' templates.

use crate::webhook::capture::Capture;
use crate::webhook::criteria::Criteria;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::keys::{Key, keys};
use crate::webhook::search::{Found, find_known};
use crate::webhook::signature::TEMPLATES;

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

impl Match {
    fn of(found: Found, keys: &[Key]) -> Option<Self> {
        let key = keys.get(found.key)?;
        Some(Self {
            secret: key.secret + 1,
            template: found.recipe.known()?,
            reencoding: found.body.steps,
            reading: key.reading,
            body: found.body.body,
        })
    }
}

/// The first of the functions' templates by which one of the signatures comes out, the expected one first.
pub(crate) fn search(
    capture: &Capture,
    by: &Criteria<'_>,
    signatures: &[Vec<u8>],
    event_id: Option<&str>,
    timestamp: Option<&str>,
) -> Option<Match> {
    let mut templates: Vec<&str> =
        TEMPLATES.into_iter().filter(|template| is_usable(template, event_id, timestamp)).collect();
    templates.sort_by_key(|template| *template != by.template);
    let mut facts = Facts::of(capture);
    facts.signatures.retain(|written| {
        written.header.eq_ignore_ascii_case("Peeker-Signature") && signatures.contains(&written.bytes)
    });
    let keys = keys(by.secrets);
    Match::of(find_known(&facts, &keys, &templates)?, &keys)
}

/// Whether all that `template` covers is there.
pub(crate) fn is_usable(template: &str, event_id: Option<&str>, timestamp: Option<&str>) -> bool {
    (event_id.is_some() || !template.contains("{event_id}"))
        && (timestamp.is_some() || !template.contains("{timestamp}"))
}
