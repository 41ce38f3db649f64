//! No secret is in the table, a response or a log line.

use crate::decompress::text_of;
use crate::invariants::facts::{Evidence, Finding};
use crate::values::Values;

/// Maximum number of characters shown of a finding.
const SHOWN: usize = 300;

/// No stored or emitted text contains the word that marks secrets.
pub(super) fn silent(evidence: &Evidence) -> Vec<Finding> {
    let shortened = |text: &str| text.chars().take(SHOWN).collect::<String>();
    let items = evidence.items.iter().map(text_of).filter(|item| Values::betrayed_by(item));
    let of_items = items.map(|item| ("the table".to_owned(), shortened(&item)));
    let of_others = evidence.betraying.iter().map(|text| ("a log line or an answer".to_owned(), shortened(text)));
    of_items.chain(of_others).collect()
}
