//! Describes values in an unknown format where a signature is expected.

use super::keys::{BASE64, BASE64_URL};
use base64::Engine;

/// Algorithms suggested by the number of bytes.
const SUGGESTIONS: [(std::ops::RangeInclusive<usize>, &str); 9] = [
    (16..=16, "HMAC-MD5, or a signature that was cut to 128 bits"),
    (20..=20, "HMAC-SHA1"),
    (28..=28, "HMAC-SHA224"),
    (32..=32, "HMAC-SHA256"),
    (48..=48, "HMAC-SHA384"),
    (64..=64, "HMAC-SHA512 or Ed25519"),
    (65..=69, "no usual signature"),
    (70..=72, "ECDSA: a public key, not a secret, verifies it"),
    (256..=512, "RSA: a public key, not a secret, verifies it"),
];

/// A description such as `96 characters, hexadecimal of 48 bytes, which suggests HMAC-SHA384`; `None` for an empty
/// value.
pub(crate) fn form(value: &str) -> Option<String> {
    let words = value.split([',', ' ', ';', '\t', '"', '\'']).map(without_label);
    let word = words.max_by_key(|word| word.len()).filter(|word| !word.is_empty())?;
    let characters = word.chars().count();
    if word.split('.').count() == 3 && word.split('.').all(|part| part.len() > 9 && BASE64_URL.decode(part).is_ok()) {
        return Some(format!("{characters} characters in three parts, which suggests a JSON Web Token"));
    }
    let Some((encoding, bytes)) = decoded(word) else {
        return Some(format!("{characters} characters, in no usual encoding"));
    };
    let suggestion = SUGGESTIONS.iter().find(|(lengths, _)| lengths.contains(&bytes)).map(|(_, name)| *name);
    let suggestion = suggestion.unwrap_or("no usual signature");
    Some(format!("{characters} characters, {encoding} of {bytes} bytes, which suggests {suggestion}"))
}

/// The value after a prefix: `abc` in `v1=abc` and `sha384:abc`. Colons between digits do not end a prefix.
fn without_label(word: &str) -> &str {
    let is_value = |rest: &str| rest.chars().any(|c| c.is_ascii_alphanumeric());
    match word.split_once('=') {
        Some((label, rest)) if label.len() <= 24 && is_value(rest) => rest,
        _ => match word.split_once(':') {
            Some((label, rest)) if !label.chars().all(|c| c.is_ascii_hexdigit()) && is_value(rest) => rest,
            _ => word,
        },
    }
}

/// The encoding, and the number of decoded bytes.
fn decoded(word: &str) -> Option<(&'static str, usize)> {
    let hexadecimal = |text: &str| hex::decode(text).ok().map(|bytes| bytes.len()).filter(|bytes| *bytes > 0);
    let bare = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    if let Some(bytes) = hexadecimal(word) {
        return Some(("hexadecimal", bytes));
    }
    if let Some(bytes) = bare.and_then(hexadecimal) {
        return Some(("hexadecimal after 0x", bytes));
    }
    for (mark, name) in [(':', "hexadecimal with colons"), ('-', "hexadecimal with hyphens")] {
        let pairs = word.split(mark).count() > 2 && word.split(mark).all(|pair| pair.len() == 2);
        if let Some(bytes) = pairs.then(|| hexadecimal(&word.replace(mark, ""))).flatten() {
            return Some((name, bytes));
        }
    }
    let letters = word.trim_end_matches('=');
    let is_base32 = |c: u8| c.is_ascii_uppercase() || (b'2'..=b'7').contains(&c);
    let is_lower = |c: u8| c.is_ascii_lowercase() || (b'2'..=b'7').contains(&c);
    if letters.len() >= 16 && (letters.bytes().all(is_base32) || letters.bytes().all(is_lower)) {
        return Some(("base32", letters.len() * 5 / 8));
    }
    let base64 = BASE64.decode(word).or_else(|_| BASE64_URL.decode(word)).ok()?;
    (base64.len() >= 12).then_some(("base64", base64.len()))
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn value_is_described_by_encoding_and_length() {
        let colons = vec!["ab"; 32].join(":");
        for (value, words) in [
            (format!("v1={}", "ab".repeat(48)), "96 characters, hexadecimal of 48 bytes, which suggests HMAC-SHA384"),
            (format!("v1={}", "ab".repeat(16)), "HMAC-MD5, or a signature that was cut to 128 bits"),
            (format!("v1=0x{}", "ab".repeat(32)), "hexadecimal after 0x of 32 bytes, which suggests HMAC-SHA256"),
            (format!("v1={colons}"), "hexadecimal with colons of 32 bytes"),
            (format!("sha256:{colons}"), "hexadecimal with colons of 32 bytes"),
            (format!("t=1,v1={}====", "ABCDEFG2".repeat(6) + "ABCD"), "base32 of 32 bytes, which suggests HMAC-SHA256"),
            ("v1=hello!".to_owned(), "6 characters, in no usual encoding"),
        ] {
            let form = form(&value).unwrap_or_default();
            assert!(form.contains(words), "{value}: {form}");
        }
        assert_eq!(form(" , "), None);
    }
}
