//! Whatever in the headers looks like a signature: under any name, behind any word, in any usual encoding.

use super::keys::{BASE64, BASE64_URL};
use super::mac::Algorithm;
use crate::webhook::signature::unhex;
use base64::Engine;

/// Values that are looked at in one header, and in all: a delivery of strangers can be long.
const MAX_VALUES: usize = 64;
const MAX_ALL: usize = 128;

/// How the bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Hexadecimal,
    /// Without a letter that tells the two alphabets apart.
    AnyBase64,
    Base64,
    Base64Url,
}

impl Encoding {
    /// As people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hexadecimal => "hexadecimal",
            Self::AnyBase64 => "base64 or base64url",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }
}

/// A value that may be a signature, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// The header's name, as it was written.
    pub(crate) header: String,
    /// The word and the mark in front of it, such as `v1=`; empty when there is none.
    pub(crate) label: String,
    /// The value without the word: digits or letters.
    pub(crate) text: String,
    pub(crate) encoding: Encoding,
    pub(crate) algorithm: Algorithm,
    pub(crate) bytes: Vec<u8>,
}

impl Written {
    /// Whether another value stands in the same way.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let either = [self.encoding, other.encoding].contains(&Encoding::AnyBase64);
        let hexadecimal = [self.encoding, other.encoding].contains(&Encoding::Hexadecimal);
        self.header.eq_ignore_ascii_case(&other.header)
            && (&self.label, self.algorithm) == (&other.label, other.algorithm)
            && (self.encoding == other.encoding || (either && !hexadecimal))
    }
}

/// All of them; those of Peeker-Signature first.
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
        // A word in front may be joined by a mark that base64 has, too: v1_…, v1-…, sha256/…
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
        (Encoding::Hexadecimal, unhex(text)),
        (alphabet(text), BASE64.decode(text).ok()),
        (Encoding::Base64Url, BASE64_URL.decode(text).ok()),
    ];
    ways.into_iter().find_map(|(encoding, bytes)| {
        let bytes = bytes?;
        Some((encoding, Algorithm::of_length(bytes.len())?, bytes))
    })
}

/// Which alphabet a text of the first one is of.
fn alphabet(text: &str) -> Encoding {
    if text.contains(['+', '/']) { Encoding::Base64 } else { Encoding::AnyBase64 }
}

/// The last word before a value and the mark that joins them: `v1=` of `t=1778241600,v1=`.
fn label_before(before: &str) -> &str {
    let joined = before.trim_end_matches('"');
    let mark = joined.chars().next_back().filter(|c| "=:,_-/ ".contains(*c));
    let Some(mark) = mark else { return "" };
    let word = joined.get(..joined.len() - mark.len_utf8()).unwrap_or_default();
    let start = word.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).map_or(0, |index| index + 1);
    let length = word.len() - start;
    // A long word in front is another signature, and a comma after it parts the two.
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
    fn a_signature_is_found_behind_any_word() {
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
    fn base64_is_read_with_and_without_padding_and_in_both_alphabets() {
        let plain = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8";
        assert_eq!(found(&format!("v1,{plain}=")), [("v1,".to_owned(), Encoding::Base64, 32)]);
        assert_eq!(found(plain), [(String::new(), Encoding::Base64, 32)]);
        let url = plain.replace('+', "-").replace('/', "_");
        assert_eq!(found(&format!("{url}=")), [(String::new(), Encoding::Base64Url, 32)]);
    }

    #[test]
    fn other_values_are_none() {
        for value in
            ["", "application/json", "evt_01HZX0EV1A2B3C4D5E6F7G8H", "Root=1-67891233-abcdef012345678912345678", "é=="]
        {
            assert_eq!(found(value), [], "{value}");
        }
    }
}
