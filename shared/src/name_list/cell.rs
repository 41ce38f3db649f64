//! Cells of a pasted list: boundaries, and the name in a cell.

use super::address;
use crate::domain_name::{DomainName, NameProblem};
use crate::unicode::{divides, is_alphabetic, is_alphanumeric};

/// Bullet characters at the start of a list entry.
const BULLETS: [char; 18] = ['•', '◦', '▪', '▫', '‣', '·', '●', '○', '■', '□', '▸', '►', '➢', '➤', '✓', '✔', '→', '*'];

/// Maximum number of characters shown of the dropped parts of a URL.
const SHOWN_CHARACTERS: usize = 60;

/// Splits a line at white space, commas, semicolons, bars and quotation marks, and removes bullets. Parts without a
/// letter or digit are skipped.
pub fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(divides).map(|cell| cell.trim_start_matches(BULLETS)).filter(|cell| cell.contains(is_alphanumeric))
}

/// The name in `cell`, or the host if it is a URL, with the dropped parts of the URL.
pub fn check_cell(cell: &str) -> (Result<DomainName, NameProblem>, Option<String>) {
    match DomainName::parse(cell) {
        Err(problem) => match address::read(cell) {
            Some((Ok(name), left)) => (Ok(name), Some(shortened(&left))),
            Some((Err(of_host), _)) => (Err(of_host), None),
            None => (Err(problem), None),
        },
        result => (result, None),
    }
}

/// Whether the cell looks like a name: it has letters and an inner dot or a URL character. `Inc.` and `12.50` do not.
pub(crate) fn is_meant(cell: &str) -> bool {
    let inside = cell.trim_end_matches(['.', '。', '．']);
    inside.contains(['.', '@', '/', '。', '．', '｡']) && cell.contains(is_alphabetic)
}

/// `text`, shortened to [`SHOWN_CHARACTERS`].
fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
