//! Unicode properties of typed and pasted characters: invisible characters, separators, letters and marks.

use std::borrow::Cow;

#[cfg(target_family = "wasm")]
#[path = "host.rs"]
mod source;
#[cfg(not(target_family = "wasm"))]
#[path = "native.rs"]
mod source;

/// Zero-width non-joiner and joiner: invisible, but part of the spelling between letters of Persian and Indic names.
pub(crate) const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Whether `c` is invisible: zero-width spaces and joiners, byte order marks, soft hyphens, direction marks, variation
/// selectors, fillers (`Default_Ignorable_Code_Point` of Unicode 17, stable by Unicode's policy).
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Properties of characters that need Unicode's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Letter,
    Mark,
    Dash,
    Digit,
    Quotation,
    Alphabetic,
    Numeric,
    Uppercase,
    Lowercase,
}

/// Unicode normalization forms used by the rules (UAX 15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Canonical composition: used for names of people.
    Nfc,
    /// Compatibility composition, which also folds full-width letters: used for domain names.
    Nfkc,
    /// Compatibility decomposition: used to remove accents.
    Nfkd,
}

/// Normalizes `text`.
///
/// ```
/// use shared::unicode::{Form, normalized};
/// assert_eq!(normalized("Zoe\u{308}", Form::Nfc), "Zoë");
/// ```
pub fn normalized(text: &str, form: Form) -> String {
    if text.is_ascii() { text.to_owned() } else { source::normalized(text, form) }
}

/// `text` in lower case.
pub fn lowercase(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { source::lowercase(text) }
}

/// Prepares text for parsing as a domain name: removes invisible characters and folds full-width letters, dots and
/// hyphens (NFKC, and the dots of UTS 46).
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let fold = |c: char| match c {
        '\u{3002}' => '.',
        '\u{2010}' | '\u{2011}' => '-',
        c => c,
    };
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    Cow::Owned(normalized(&visible, Form::Nfkc).chars().map(fold).collect())
}

/// Whether `c` separates entries of a list: white space, control characters, commas, semicolons, bars, brackets around
/// addresses, and quotation marks of any script.
pub fn divides(c: char) -> bool {
    if c.is_ascii() {
        let is_bracket = matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}');
        return c <= ' ' || c == '\u{7f}' || is_bracket || matches!(c, ',' | ';' | '|' | '"' | '\'' | '`');
    }
    c.is_whitespace() || c.is_control() || is_comma(c) || is_quotation_mark(c)
}

/// Commas, semicolons and bars beyond ASCII.
const fn is_comma(c: char) -> bool {
    matches!(
        c,
        '\u{3001}'
            | '\u{ff0c}'
            | '\u{ff1b}'
            | '\u{ff5c}'
            | '\u{ff64}'
            | '\u{fe10}'
            | '\u{fe11}'
            | '\u{fe14}'
            | '\u{fe50}'
            | '\u{fe51}'
            | '\u{fe54}'
            | '\u{60c}'
            | '\u{61b}'
            | '\u{37e}'
            | '\u{2502}'
            | '\u{a6}'
    )
}

/// `Quotation_Mark` of Unicode beyond ASCII, and common substitutes.
fn is_quotation_mark(c: char) -> bool {
    source::has(Property::Quotation, c)
        || matches!(
            c,
            '\u{b4}' | '\u{201a}' | '\u{201e}' | '\u{2e42}' | '\u{2032}'..='\u{2036}' | '\u{300c}'..='\u{300f}'
                | '\u{301d}'..='\u{301f}' | '\u{fe41}'..='\u{fe44}' | '\u{ff02}' | '\u{ff07}' | '\u{ff40}' | '\u{ff62}'
                | '\u{ff63}' | '\u{ff1c}' | '\u{ff1e}' | '\u{ff08}' | '\u{ff09}'
        )
}

/// Whether `c` is a letter of any script.
pub(crate) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && source::has(Property::Letter, c)
}

/// Whether `c` is a combining mark.
pub fn is_mark(c: char) -> bool {
    !c.is_ascii() && source::has(Property::Mark, c)
}

/// Whether `c` is a hyphen or a dash.
pub(crate) fn is_dash(c: char) -> bool {
    c == '-' || matches!(c, '\u{2d7}' | '\u{2212}' | '\u{2043}') || !c.is_ascii() && source::has(Property::Dash, c)
}

/// Whether `text` has the character `c`: what `str::contains` says, which brings the search for a text within a text with
/// it, and that weighs several kilobytes in the browser.
pub fn has(text: &str, c: char) -> bool {
    text.chars().any(|other| other == c)
}

/// Whether `c` is a decimal digit of any script.
pub(crate) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || !c.is_ascii() && source::has(Property::Digit, c)
}

/// Whether `c` is a letter, or another character of words such as a vowel sign.
pub fn is_alphabetic(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && source::has(Property::Alphabetic, c)
}

/// Whether `c` is a number of any kind and script.
pub fn is_numeric(c: char) -> bool {
    c.is_ascii_digit() || !c.is_ascii() && source::has(Property::Numeric, c)
}

/// Whether `c` is alphabetic or numeric.
pub fn is_alphanumeric(c: char) -> bool {
    is_alphabetic(c) || is_numeric(c)
}

/// Whether `c` is a capital letter.
pub fn is_uppercase(c: char) -> bool {
    c.is_ascii_uppercase() || !c.is_ascii() && source::has(Property::Uppercase, c)
}

/// Whether `c` is a small letter.
pub fn is_lowercase(c: char) -> bool {
    c.is_ascii_lowercase() || !c.is_ascii() && source::has(Property::Lowercase, c)
}
