//! No secret anywhere: not in the table, not in an answer, not in a log line.

use super::{Evidence, Finding};
use crate::packed::text_of;
use crate::values::Values;

/// Characters of a betraying text that are shown.
const SHOWN: usize = 300;

/// Nothing that was kept or said holds the word that all secrets contain.
pub(super) fn silent(evidence: &Evidence) -> Vec<Finding> {
    let shortened = |text: &str| text.chars().take(SHOWN).collect::<String>();
    let items = evidence.items.iter().map(text_of).filter(|item| Values::betrayed_by(item));
    let of_items = items.map(|item| ("the table".to_owned(), shortened(&item)));
    let of_others = evidence.betraying.iter().map(|text| ("a log line or an answer".to_owned(), shortened(text)));
    of_items.chain(of_others).collect()
}
