//! Reverses changes that software makes to a body: candidates for the signed bytes.

use crate::webhook::json_order::{member, sorted};
use crate::webhook::json_text::{Letters, Spacing, reletter, respace};
use flate2::read::{GzDecoder, ZlibDecoder};
use std::collections::HashSet;
use std::io::Read;

/// Maximum number of bytes of all candidates: each costs a copy and some HMACs, so fewer are tried for a large body.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Maximum number of changes of one candidate.
const MAX_STEPS: usize = 3;

/// Possibly signed bytes, and how they differ from the captured ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) body: Vec<u8>,
    /// Changes to the captured bytes; empty for the bytes themselves.
    pub(crate) steps: Vec<&'static str>,
}

type Step = (&'static str, fn(&[u8]) -> Option<Vec<u8>>);

/// Each stage is applied to the results of earlier stages; at most one step per stage.
const STAGES: [&[Step]; 8] = [
    &[(GUNZIPPED, gunzipped), (INFLATED, inflated)],
    &[
        ("with its keys in alphabetical order", |body| sorted(text(body)?).map(String::into_bytes)),
        ("reduced to the value of data", |body| Some(member(text(body)?, "data")?.as_bytes().to_vec())),
    ],
    &[
        ("without the quotes and backslashes of a JSON string", unquote),
        ("without the byte order mark", |body| body.strip_prefix(BOM).map(<[u8]>::to_vec)),
        ("with letters misread as Latin-1 corrected", latin1),
    ],
    &[
        ("with non-ASCII letters in place of \\u escapes", |body| letters(body, Letters::Plain)),
        ("with non-ASCII letters as \\u escapes", |body| letters(body, Letters::LowerEscapes)),
        ("with non-ASCII letters as \\u escapes in capitals", |body| letters(body, Letters::UpperEscapes)),
    ],
    &[
        ("with / as \\/, as PHP writes it", |body| replaced(&replaced(body, "\\/", "/")?, "/", "\\/")),
        ("with \\/ as /", |body| replaced(body, "\\/", "/")),
        ("with <, > and & as \\u escapes, as Go writes them", escape_html),
        ("with \\u003c, \\u003e and \\u0026 as <, > and &", unescape_html),
    ],
    &[
        ("as compact JSON", |body| spaced(body, Spacing::Compact)),
        ("as JSON with a space after commas and colons, as Python writes it", |body| spaced(body, Spacing::Spaced)),
        ("as JSON indented by two spaces", |body| spaced(body, Spacing::Indented("  "))),
        ("as JSON indented by four spaces", |body| spaced(body, Spacing::Indented("    "))),
        ("as JSON indented by tabs", |body| spaced(body, Spacing::Indented("\t"))),
    ],
    &[
        ("with line ends LF in place of CRLF", |body| replaced(body, "\r\n", "\n")),
        ("with line ends CRLF in place of LF", |body| replaced(&replaced(body, "\r\n", "\n")?, "\n", "\r\n")),
    ],
    &[
        ("without the line end after it", |body| Some(body.trim_ascii_end().to_vec())),
        ("with a line end (LF) after it", |body| Some([body.trim_ascii_end(), b"\n"].concat())),
        ("with a line end (CRLF) after it", |body| Some([body.trim_ascii_end(), b"\r\n"].concat())),
    ],
];

/// Steps that reverse a Content-Encoding.
const GUNZIPPED: &str = "decompressed from gzip";
const INFLATED: &str = "decompressed from deflate";
/// Maximum size in bytes of a decompressed body; upstream's are smaller.
const MAX_DECOMPRESSED: u64 = 4 * 1024 * 1024;

/// Whether a step reverses a Content-Encoding.
pub(crate) fn is_decompression(step: &str) -> bool {
    [GUNZIPPED, INFLATED].contains(&step)
}

fn gunzipped(body: &[u8]) -> Option<Vec<u8>> {
    body.starts_with(&[0x1f, 0x8b]).then(|| decompressed(GzDecoder::new(body))).flatten()
}

fn inflated(body: &[u8]) -> Option<Vec<u8>> {
    (body.first() == Some(&0x78)).then(|| decompressed(ZlibDecoder::new(body))).flatten()
}

fn decompressed(from: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_DECOMPRESSED).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The captured bytes first, then all candidates with the fewest changes first.
pub(crate) fn candidates(body: &[u8]) -> Vec<Candidate> {
    let mut seen = HashSet::from([body.to_vec()]);
    let mut all = vec![Candidate { body: body.to_vec(), steps: Vec::new() }];
    // Smaller changes first: a lost line end is not an indentation, although that would lose it, too.
    for (name, step) in STAGES.iter().rev().take(2).copied().flatten() {
        if let Some(made) = step(body).filter(|made| seen.insert(made.clone())) {
            all.push(Candidate { body: made, steps: vec![*name] });
        }
    }
    let room = MAX_BYTES / body.len().max(1);
    for stage in STAGES {
        let fit = room.saturating_sub(all.len()) / stage.len().max(1);
        let made: Vec<Candidate> = all
            .iter()
            .take(fit.max(1))
            .filter(|candidate| candidate.steps.len() < MAX_STEPS)
            .flat_map(|candidate| {
                stage.iter().filter_map(|(name, step)| {
                    let body = step(&candidate.body)?;
                    Some(Candidate { body, steps: [candidate.steps.as_slice(), &[*name]].concat() })
                })
            })
            .collect();
        all.extend(made.into_iter().filter(|candidate| seen.insert(candidate.body.clone())));
    }
    all.sort_by_key(|candidate| candidate.steps.len());
    all
}

/// Applies the steps of a candidate to `body`: a result of one delivery, used for another.
pub(crate) fn apply(body: &[u8], steps: &[&str]) -> Option<Vec<u8>> {
    let known = |name: &str| STAGES.into_iter().flatten().find(|(known, _)| *known == name);
    steps.iter().try_fold(body.to_vec(), |body, name| known(name)?.1(&body))
}

fn text(body: &[u8]) -> Option<&str> {
    std::str::from_utf8(body).ok()
}

fn replaced(body: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    text(body).map(|text| text.replace(from, to).into_bytes())
}

fn letters(body: &[u8], letters: Letters) -> Option<Vec<u8>> {
    text(body).map(|text| reletter(text, letters).into_bytes())
}

fn spaced(body: &[u8], spacing: Spacing) -> Option<Vec<u8>> {
    respace(text(body)?, spacing).map(String::into_bytes)
}

/// A body that was logged as a JSON string.
fn unquote(body: &[u8]) -> Option<Vec<u8>> {
    serde_json::from_slice::<String>(body).ok().map(String::into_bytes)
}

/// UTF-8 that was decoded as Latin-1 and encoded as UTF-8 again.
fn latin1(body: &[u8]) -> Option<Vec<u8>> {
    let text = text(body)?;
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<_>>()?;
    (bytes != body && std::str::from_utf8(&bytes).is_ok()).then_some(bytes)
}

/// Escapes of Go's encoder, which make JSON safe in HTML.
const HTML: [(&str, &str); 3] = [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")];

fn escape_html(body: &[u8]) -> Option<Vec<u8>> {
    HTML.iter().try_fold(body.to_vec(), |body, (plain, escaped)| replaced(&body, plain, escaped))
}

fn unescape_html(body: &[u8]) -> Option<Vec<u8>> {
    HTML.iter().try_fold(body.to_vec(), |body, (plain, escaped)| replaced(&body, escaped, plain))
}
