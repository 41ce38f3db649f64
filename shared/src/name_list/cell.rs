//! One cell of a pasted list: where it begins and ends, and the name in it.

use super::address;
use crate::domain_name::{DomainName, NameProblem};
use crate::unicode::divides;

/// Signs that stand at the start of an entry of a list.
const BULLETS: [char; 18] = ['•', '◦', '▪', '▫', '‣', '·', '●', '○', '■', '□', '▸', '►', '➢', '➤', '✓', '✔', '→', '*'];

/// Characters of what was left out of an address that are shown.
const SHOWN_CHARACTERS: usize = 60;

/// What stands between white space, commas, semicolons, bars and quotation marks, without bullets. What has neither a
/// letter nor a digit is no cell.
pub fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(divides).map(|cell| cell.trim_start_matches(BULLETS)).filter(|cell| cell.contains(char::is_alphanumeric))
}

/// The name that `cell` is or, as a web address, leads to; with what was left out of the address.
pub fn judge(cell: &str) -> (Result<DomainName, NameProblem>, Option<String>) {
    match DomainName::parse(cell) {
        Err(problem) => match address::read(cell) {
            Some((Ok(name), left)) => (Ok(name), Some(shortened(&left))),
            Some((Err(of_host), _)) => (Err(of_host), None),
            None => (Err(problem), None),
        },
        verdict => (verdict, None),
    }
}

/// Whether a dot is inside, or a sign of an address, and letters: neither `Inc.` nor `12.50` is meant as a name.
pub(crate) fn is_meant(cell: &str) -> bool {
    let inside = cell.trim_end_matches(['.', '。', '．']);
    inside.contains(['.', '@', '/', '。', '．', '｡']) && cell.contains(char::is_alphabetic)
}

/// `text`, up to [`SHOWN_CHARACTERS`].
fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
