//! Names of people in any script: normalization and allowed characters.

use crate::unicode::{Form, JOINERS, is_dash, is_digit, is_invisible, is_letter, is_mark, normalized};

/// Characters of one name. Upstream documents no limit; 64 is the limit of both mail providers for a first or last
/// name.
pub const MAX_NAME_CHARACTERS: usize = 64;
/// Bytes of input that can still be a name: far above 64 characters of several code points each. Longer input is
/// refused as too long without normalization, which is slow.
pub const MAX_NAME_BYTES: usize = 4_096;

/// Normalizes a name: NFC, single spaces, no surrounding white space, no invisible characters. Joiners stay between
/// letters, because Persian and Indic names need them. Text longer than [`MAX_NAME_BYTES`] is unchanged.
///
/// ```
/// use shared::person_name::tidied;
/// assert_eq!(tidied("  Zoe\u{308}\u{200b}   Bronte\u{301}"), "Zoë Bronté");
/// ```
pub fn tidied(name: &str) -> String {
    if name.len() > MAX_NAME_BYTES {
        return name.to_owned();
    }
    let joins = |c: char| is_letter(c) || is_mark(c);
    let mut kept = String::new();
    let mut joiner = None;
    for c in name.chars() {
        if JOINERS.contains(&c) {
            joiner = joiner.or(Some(c));
        } else if !is_invisible(c) {
            let between = kept.chars().next_back().is_some_and(joins) && joins(c);
            kept.extend(joiner.take().filter(|_| between));
            kept.push(c);
        }
    }
    let composed = normalized(&kept, Form::Nfc);
    let words: Vec<&str> = composed.split_whitespace().collect();
    words.join(" ")
}

/// Whether the normalized `name` contains only letters, marks, digits, spaces and name punctuation, and at least one
/// letter.
pub(crate) fn is_written_well(name: &str) -> bool {
    let is_allowed = |c: char| {
        c == ' ' || is_letter(c) || is_mark(c) || is_digit(c) || is_dash(c) || is_sign(c) || JOINERS.contains(&c)
    };
    name.chars().all(is_allowed) && name.chars().any(is_letter)
}

/// Name punctuation: dots, commas, apostrophes and their substitutes, the middle dots of Catalan and Japanese, and the
/// separators of Tibetan and Ethiopic.
const fn is_sign(c: char) -> bool {
    matches!(c, '.' | ',' | '·' | '\u{2027}' | '\u{30fb}' | '\u{ff65}' | '\u{970}' | '\u{f0b}' | '\u{f0c}' | '\u{1361}')
        || matches!(
            c,
            '\'' | '`'
                | '´'
                | '‘'
                | '’'
                | '‛'
                | '′'
                | '‵'
                | '＇'
                | '｀'
                | '\u{55a}'
                | '\u{5f3}'
                | '\u{5f4}'
                | '\u{1fbd}'
                | '\u{1fbf}'
        )
}
