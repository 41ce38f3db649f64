//! Unicode data outside of a browser: the standard library and maintained crates.

use super::{Form, Property};
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// Whether `c` has `property`.
pub(super) fn has(property: Property, c: char) -> bool {
    use GeneralCategory::{
        DashPunctuation, DecimalNumber, EnclosingMark, FinalPunctuation, InitialPunctuation, LowercaseLetter,
        ModifierLetter, NonspacingMark, OtherLetter, SpacingMark, TitlecaseLetter, UppercaseLetter,
    };
    let category = get_general_category(c);
    match property {
        Property::Letter => {
            matches!(category, UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter)
        }
        Property::Mark => matches!(category, NonspacingMark | SpacingMark | EnclosingMark),
        Property::Dash => category == DashPunctuation,
        Property::Digit => category == DecimalNumber,
        Property::Quotation => matches!(category, InitialPunctuation | FinalPunctuation),
        Property::Alphabetic => c.is_alphabetic(),
        Property::Numeric => c.is_numeric(),
        Property::Uppercase => c.is_uppercase(),
        Property::Lowercase => c.is_lowercase(),
    }
}

/// Normalizes `text`.
pub(super) fn normalized(text: &str, form: Form) -> String {
    match form {
        Form::Nfc => text.nfc().collect(),
        Form::Nfkc => text.nfkc().collect(),
        Form::Nfkd => text.nfkd().collect(),
    }
}

/// `text` in lower case.
pub(super) fn lowercase(text: &str) -> String {
    text.to_lowercase()
}
