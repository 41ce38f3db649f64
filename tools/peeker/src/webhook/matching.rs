//! Matches the signature of a delivery with the functions' base strings.

use crate::webhook::capture::Capture;
use crate::webhook::criteria::Criteria;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::keys::{Key, keys};
use crate::webhook::search::{Found, find_known};
use crate::webhook::signature::TEMPLATES;

/// How the signature matches.
#[derive(Debug)]
pub(crate) struct Match {
    /// Number of the secret, from one.
    pub(crate) secret: usize,
    pub(crate) template: &'static str,
    /// Changes to the body; empty if it matches unchanged.
    pub(crate) reencoding: Vec<&'static str>,
    /// How the secret is decoded; empty if unchanged.
    pub(crate) reading: &'static str,
    /// The signed bytes.
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

/// The first of the functions' base strings that matches one of the signatures, the expected one first.
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

/// Whether every value in `template` is present.
pub(crate) fn is_usable(template: &str, event_id: Option<&str>, timestamp: Option<&str>) -> bool {
    (event_id.is_some() || !template.contains("{event_id}"))
        && (timestamp.is_some() || !template.contains("{timestamp}"))
}
