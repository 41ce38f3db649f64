//! Unicode data of the browser, whose tables are there already: its own would be a third of the module.

use super::{Form, Property};
use js_sys::{JsString, RegExp};

/// Patterns of the properties, in the order of [`Property`] (ECMAScript, 22.2.1, `UnicodePropertyValueExpression`).
const PATTERNS: [&str; 9] = [
    r"\p{L}",
    r"\p{M}",
    r"\p{Pd}",
    r"\p{Nd}",
    r"[\p{Pi}\p{Pf}]",
    r"\p{Alphabetic}",
    r"\p{N}",
    r"\p{Uppercase}",
    r"\p{Lowercase}",
];

thread_local! {
    static EXPRESSIONS: [RegExp; 9] = PATTERNS.map(|pattern| RegExp::new(pattern, "u"));
}

/// Whether `c` has `property`.
pub(super) fn has(property: Property, c: char) -> bool {
    let mut bytes = [0; 4];
    let text: &str = c.encode_utf8(&mut bytes);
    EXPRESSIONS.with(|all| all.get(property as usize).is_some_and(|expression| expression.test(text)))
}

/// Normalizes `text`.
pub(super) fn normalized(text: &str, form: Form) -> String {
    let form = match form {
        Form::Nfc => "NFC",
        Form::Nfkc => "NFKC",
        Form::Nfkd => "NFKD",
    };
    JsString::from(text).normalize(form).into()
}

/// `text` in lower case.
pub(super) fn lowercase(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}
