//! Finds signatures in headers: under any name, after any prefix, in any common encoding.

use super::keys::{BASE64, BASE64_URL};
use super::mac::Algorithm;
use base64::Engine;

/// Maximum number of values examined in one header, and in all: unsigned requests may be long.
const MAX_VALUES: usize = 64;
const MAX_ALL: usize = 128;

/// The encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Hexadecimal,
    /// Base64 without a character that identifies the alphabet.
    AnyBase64,
    Base64,
    Base64Url,
}

impl Encoding {
    /// The usual name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hexadecimal => "hexadecimal",
            Self::AnyBase64 => "base64 or base64url",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }
}

/// A possible signature, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The header's name, unchanged.
    pub(crate) header: String,
    /// The prefix, such as `v1=`; empty if there is none.
    pub(crate) label: String,
    /// The value without the prefix.
    pub(crate) text: String,
    pub(crate) encoding: Encoding,
    pub(crate) algorithm: Algorithm,
    pub(crate) bytes: Vec<u8>,
}

impl Written {
    /// Whether another value has the same place and format.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let either = [self.encoding, other.encoding].contains(&Encoding::AnyBase64);
        let hexadecimal = [self.encoding, other.encoding].contains(&Encoding::Hexadecimal);
        self.header.eq_ignore_ascii_case(&other.header)
            && (&self.label, self.algorithm) == (&other.label, other.algorithm)
            && (self.encoding == other.encoding || (either && !hexadecimal))
    }
}

/// List all pages; those of Peeker-Signature first.
pub(crate) fn signatures(headers: &[(String, String)]) -> Vec<Written> {
    let mut found: Vec<Written> = headers.iter().flat_map(|(name, value)| in_header(name, value)).collect();
    found.sort_by_key(|written| !written.header.eq_ignore_ascii_case("Peeker-Signature"));
    found.truncate(MAX_ALL);
    found
}

fn in_header(name: &str, value: &str) -> Vec<Written> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+/_-".contains(c);
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < MAX_VALUES {
        let rest = value.get(at..).unwrap_or_default();
        let Some(start) = rest.find(is_letter).map(|offset| at + offset) else { break };
        let run = value.get(start..).unwrap_or_default();
        let letters = run.find(|c| !is_letter(c)).unwrap_or(run.len());
        let padding = run.get(letters..).unwrap_or_default().bytes().take(2).take_while(|byte| *byte == b'=').count();
        let end = start + letters;
        let text = value.get(start..end).unwrap_or_default();
        // A prefix may end with a character of base64: v1_…, v1-…, sha256/…
        let joined = text.char_indices().filter(|(_, c)| "_-/".contains(*c)).map(|(index, _)| index + 1);
        for skipped in std::iter::once(0).chain(joined.take(3)) {
            let part = text.get(skipped..).unwrap_or_default();
            let padded = value.get(start + skipped..end + padding).unwrap_or_default();
            if let Some((encoding, algorithm, bytes)) = decode(part).or_else(|| decode(padded)) {
                let label = label_before(value.get(..start + skipped).unwrap_or_default()).to_owned();
                let text = part.to_owned();
                found.push(Written { header: name.to_owned(), label, text, encoding, algorithm, bytes });
                break;
            }
        }
        at = end.max(start + 1);
    }
    found
}

fn decode(text: &str) -> Option<(Encoding, Algorithm, Vec<u8>)> {
    let ways = [
        (Encoding::Hexadecimal, hex::decode(text).ok()),
        (alphabet(text), BASE64.decode(text).ok()),
        (Encoding::Base64Url, BASE64_URL.decode(text).ok()),
    ];
    ways.into_iter().find_map(|(encoding, bytes)| {
        let bytes = bytes?;
        Some((encoding, Algorithm::of_length(bytes.len())?, bytes))
    })
}

/// The alphabet of a base64 text.
fn alphabet(text: &str) -> Encoding {
    if text.contains(['+', '/']) { Encoding::Base64 } else { Encoding::AnyBase64 }
}

/// The last word before a value with its separator: `v1=` in `t=1778241600,v1=`.
fn label_before(before: &str) -> &str {
    let joined = before.trim_end_matches('"');
    let mark = joined.chars().next_back().filter(|c| "=:,_-/ ".contains(*c));
    let Some(mark) = mark else { return "" };
    let word = joined.get(..joined.len() - mark.len_utf8()).unwrap_or_default();
    let start = word.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).map_or(0, |index| index + 1);
    let length = word.len() - start;
    // A long prefix is another signature, separated by the comma.
    if length == 0 || length > 24 { "" } else { before.get(start..).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Written, signatures};

    fn found(value: &str) -> Vec<(String, Encoding, usize)> {
        let all = signatures(&[("X".to_owned(), value.to_owned())]);
        all.into_iter().map(|Written { label, encoding, bytes, .. }| (label, encoding, bytes.len())).collect()
    }

    #[test]
    fn signature_is_found_after_any_prefix() {
        let hex = "ab".repeat(32);
        for label in ["", "v1=", "v1,", "sha256=", "v1:", "v1_", "hmac-sha256 ", "signature=\""] {
            let shown = if label == "hmac-sha256 " { "sha256 " } else { label };
            assert_eq!(found(&format!("{label}{hex}")), [(shown.to_owned(), Encoding::Hexadecimal, 32)], "{label}");
        }
        assert_eq!(found(&format!("t=1778241600,v1={hex}")), [("v1=".to_owned(), Encoding::Hexadecimal, 32)]);
        assert_eq!(found(&format!("{hex},{hex}")).len(), 2);
        assert_eq!(found(&format!("v1={hex} v2={}", "AB".repeat(64))).len(), 2);
    }

    #[test]
    fn base64_is_decoded_in_every_variant() {
        let plain = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8";
        assert_eq!(found(&format!("v1,{plain}=")), [("v1,".to_owned(), Encoding::Base64, 32)]);
        assert_eq!(found(plain), [(String::new(), Encoding::Base64, 32)]);
        let url = plain.replace('+', "-").replace('/', "_");
        assert_eq!(found(&format!("{url}=")), [(String::new(), Encoding::Base64Url, 32)]);
    }

    #[test]
    fn other_values_are_not_signatures() {
        for value in
            ["", "application/json", "evt_01HZX0EV1A2B3C4D5E6F7G8H", "Root=1-67891233-abcdef012345678912345678", "é=="]
        {
            assert_eq!(found(value), [], "{value}");
        }
    }
}
