//! What Unicode says of the characters that people type and paste: which are invisible, and which divide a list.

use std::borrow::Cow;
use unicode_general_category::{GeneralCategory, get_general_category};

/// Zero-width non-joiner and joiner: invisible, and part of the spelling between letters of Persian and Indic names.
pub(crate) const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Whether nothing is drawn for `c`: zero-width spaces and joiners, byte order marks, soft hyphens, direction marks,
/// variation selectors, fillers (`Default_Ignorable_Code_Point` of Unicode 17, stable by Unicode's policy).
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The normalization forms of Unicode that the rules need (UAX 15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Letters and their marks as one character where there is one: how a name is sent.
    Nfc,
    /// The same, with variants such as full-width letters as the plain ones: how a domain name is read.
    Nfkc,
    /// Letters and their marks apart, variants as the plain ones: to take accents off.
    Nfkd,
}

/// `text` in a normalization form.
///
/// ```
/// use shared::unicode::{Form, normalized};
/// assert_eq!(normalized("Zoe\u{308}", Form::Nfc), "Zoë");
/// ```
#[cfg(not(target_family = "wasm"))]
pub fn normalized(text: &str, form: Form) -> String {
    use unicode_normalization::UnicodeNormalization;
    match form {
        Form::Nfc => text.nfc().collect(),
        Form::Nfkc => text.nfkc().collect(),
        Form::Nfkd => text.nfkd().collect(),
    }
}

/// `text` in a normalization form: by the browser, which has the tables already. They would weigh 100 KB.
#[cfg(target_family = "wasm")]
pub fn normalized(text: &str, form: Form) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let form = match form {
        Form::Nfc => "NFC",
        Form::Nfkc => "NFKC",
        Form::Nfkd => "NFKD",
    };
    js_sys::JsString::from(text).normalize(form).into()
}

/// A text as a domain name is read from it: without invisible characters, and with full-width letters, dots and hyphens
/// as their plain ones (NFKC, and the dots of UTS 46).
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

/// Whether `c` stands between the entries of a list: white space, control characters, commas, semicolons, bars,
/// brackets around addresses, and quotation marks of any script.
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

/// `Quotation_Mark` of Unicode beyond ASCII, and what is typed in place of one.
fn is_quotation_mark(c: char) -> bool {
    let category = get_general_category(c);
    matches!(category, GeneralCategory::InitialPunctuation | GeneralCategory::FinalPunctuation)
        || matches!(
            c,
            '\u{b4}' | '\u{201a}' | '\u{201e}' | '\u{2e42}' | '\u{2032}'..='\u{2036}' | '\u{300c}'..='\u{300f}'
                | '\u{301d}'..='\u{301f}' | '\u{fe41}'..='\u{fe44}' | '\u{ff02}' | '\u{ff07}' | '\u{ff40}' | '\u{ff62}'
                | '\u{ff63}' | '\u{ff1c}' | '\u{ff1e}' | '\u{ff08}' | '\u{ff09}'
        )
}

/// Whether `c` is a letter of any script.
pub(crate) fn is_letter(c: char) -> bool {
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    let category = get_general_category(c);
    matches!(category, UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter)
}

/// Whether `c` goes onto the letter before it.
pub fn is_mark(c: char) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark, SpacingMark};
    matches!(get_general_category(c), NonspacingMark | SpacingMark | EnclosingMark)
}

/// Whether `c` is a hyphen or a dash.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '\u{2d7}' | '\u{2212}' | '\u{2043}') || get_general_category(c) == GeneralCategory::DashPunctuation
}

/// Whether `c` is a decimal digit of any script.
pub(crate) fn is_digit(c: char) -> bool {
    get_general_category(c) == GeneralCategory::DecimalNumber
}
