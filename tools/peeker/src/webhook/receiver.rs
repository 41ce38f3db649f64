//! How the functions read the headers of a delivery, and their limits: nothing is promised that they would refuse.

use super::capture::Capture;
use super::search::moments;

/// Bytes of an HMAC-SHA256.
pub(crate) const SIGNATURE_LENGTH: usize = 32;
/// Signatures of one header that the functions compare.
pub(crate) const MAX_SIGNATURES: usize = 8;
/// The largest `WEBHOOK_TOLERANCE_SECONDS`.
pub(crate) const MAX_TOLERANCE: i64 = 86_400;
/// How old a delivery may be with `WEBHOOK_ACCEPT_LATE=on`: 25 hours.
pub(crate) const LATEST: i64 = 25 * 60 * 60;
/// Characters between entries that the functions do not part them at, and what they are called.
const ODD_MARKS: [(char, &str); 5] =
    [(';', "a semicolon"), ('\t', "a tab"), ('"', "a quotation mark"), ('\'', "a quotation mark"), ('|', "a bar")];

/// What stands in a header that has to be there once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header<'c> {
    Missing,
    Empty,
    /// A character beyond ASCII, or a control: the functions refuse the header.
    NotText,
    /// So many times.
    Repeated(usize),
    One(&'c str),
}

/// The header `name`, as the functions read it.
pub(crate) fn header<'c>(capture: &'c Capture, name: &str) -> Header<'c> {
    let is_text = |c: char| c == '\t' || c == ' ' || c.is_ascii_graphic();
    match capture.values(name).as_slice() {
        [] => Header::Missing,
        [value] if !value.chars().all(is_text) => Header::NotText,
        [value] if value.trim().is_empty() => Header::Empty,
        [value] => Header::One(value.trim()),
        values => Header::Repeated(values.len()),
    }
}

/// The entries of `Peeker-Signature`: the functions part them at commas and spaces.
pub(crate) fn entries(header: &str) -> impl Iterator<Item = &str> {
    header.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// The signatures that the functions can read, in their order; they compare the first [`MAX_SIGNATURES`].
pub(crate) fn signatures(header: &str) -> Vec<Vec<u8>> {
    let ours = entries(header).filter_map(|entry| hex::decode(entry.strip_prefix("v1=")?).ok());
    ours.filter(|bytes| bytes.len() == SIGNATURE_LENGTH).collect()
}

/// Whether the functions compare these bytes.
pub(crate) fn compares(header: &str, signature: &[u8]) -> bool {
    signatures(header).iter().take(MAX_SIGNATURES).any(|bytes| bytes == signature)
}

/// What keeps an entry from being `v1=` and digits alone: `v1=0123…;v1=4567… holds a semicolon`. Long words are cut.
pub(crate) fn oddity(entry: &str) -> String {
    let mut shown = String::new();
    let mut run = 0_usize;
    for c in entry.chars() {
        run = if c.is_ascii_alphanumeric() { run + 1 } else { 0 };
        match run {
            0..=8 => shown.push(c),
            9 => shown.push('…'),
            _ => {}
        }
    }
    let shown: String = shown.chars().take(80).collect();
    let found = ODD_MARKS.iter().find(|(mark, _)| entry.contains(*mark));
    found.map_or_else(|| shown.clone(), |(_, name)| format!("{shown}, with {name} in it"))
}

/// Whether a header's value is that of several headers, which gateways join by a comma. A date in a mail's form has a
/// comma of its own.
pub(crate) fn is_joined(value: &str) -> bool {
    let is_time = |text: &str| moments::millis(text).is_some();
    value.contains(',') && !is_time(value) && (repeated(value).is_some() || !value.split(',').any(day))
}

/// `Fri` before the comma of a date.
fn day(part: &str) -> bool {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&part.trim())
}

/// A value that stands several times, joined by commas, once.
pub(crate) fn repeated(value: &str) -> Option<&str> {
    let parts: Vec<&str> = value.split(',').map(str::trim).collect();
    let size = (1..=parts.len() / 2).find(|size| {
        let mut groups = parts.chunks(*size);
        let first = groups.next();
        parts.len().is_multiple_of(*size) && groups.all(|group| Some(group) == first)
    })?;
    let end = value.match_indices(',').nth(size - 1).map_or(value.len(), |(at, _)| at);
    value.get(..end).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::{compares, is_joined, oddity, repeated};

    #[test]
    fn signature_entries_parse_as_in_the_functions() {
        let (good, zero) = ("ab".repeat(32), "00".repeat(32));
        let many = |count: usize| format!("{}v1={good}", format!("v1={zero},").repeat(count));
        for value in [format!("v1={good}"), format!("t=1, v1={zero} v1={good}"), format!("x \tv1={good}"), many(7)] {
            assert!(compares(&value, &[0xab; 32]), "{value}");
        }
        for value in [
            format!("v1={zero};v1={good}"),
            format!("\"v1={good}\""),
            format!("v1={zero}\tv1={good}"),
            format!("V1={good}"),
            format!("v1={good}00"),
            many(8),
        ] {
            assert!(!compares(&value, &[0xab; 32]), "{value}");
        }
    }

    #[test]
    fn repeated_header_value_is_not_confused_with_a_date() {
        let date = "Fri, 08 May 2026 12:00:00 GMT";
        for (value, once) in [
            ("1778241600,1778241600", Some("1778241600")),
            ("evt_1, evt_1, evt_1", Some("evt_1")),
            ("1778241600, 1778241601", None),
        ] {
            assert_eq!((is_joined(value), repeated(value)), (true, once), "{value}");
        }
        assert_eq!(repeated(&format!("{date}, {date}")), Some(date));
        assert!(is_joined(&format!("{date}, {date}")));
        for value in [date, "1778241600", "Fri, 08 May"] {
            assert_eq!((is_joined(value), repeated(value)), (false, None), "{value}");
        }
    }

    #[test]
    fn malformed_entry_is_shown_shortened() {
        let zero = "0".repeat(64);
        assert_eq!(oddity(&format!("v1={zero};v1={zero}")), "v1=00000000…;v1=00000000…, with a semicolon in it");
        assert_eq!(oddity("v1=abc"), "v1=abc");
    }
}
