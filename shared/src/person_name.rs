//! What a person's name is written with, in any script.

use crate::unicode::{Form, JOINERS, is_dash, is_digit, is_invisible, is_letter, is_mark, normalized};

/// Characters of one name. Upstream states no limit; 64 is what both mail providers take for a first or last name.
pub const MAX_NAME_CHARACTERS: usize = 64;
/// Bytes of what may be a name in whatever spelling: far above 64 characters of several code points each. Tidying is slow,
/// so that longer ones are too long as they are.
pub const MAX_NAME_BYTES: usize = 4_096;

/// A name in its one spelling: composed (NFC), one space in place of each white space and none around it, and without
/// invisible characters. Joiners stay between letters, where Persian and Indic names need them. What is longer than
/// [`MAX_NAME_BYTES`] stays as it is.
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

/// Whether `name`, tidied, is written with letters, marks, digits, spaces, and the signs that names have. At least one
/// letter is needed.
pub(crate) fn is_written_well(name: &str) -> bool {
    let is_allowed = |c: char| {
        c == ' ' || is_letter(c) || is_mark(c) || is_digit(c) || is_dash(c) || is_sign(c) || JOINERS.contains(&c)
    };
    name.chars().all(is_allowed) && name.chars().any(is_letter)
}

/// Dots, commas, apostrophes and what is typed in place of one, the middle dots of Catalan and Japanese names, and what
/// divides the syllables and words of Tibetan and Ethiopic ones.
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
