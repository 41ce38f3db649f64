//! Text made of parts. The rules use it in place of `format!`, whose machinery would weigh more in the browser than
//! the rules themselves.

/// The parts, one after the other.
#[inline(never)]
pub fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A number in decimal digits.
///
/// ```
/// assert_eq!(shared::text::decimal(1_024), "1024");
/// assert_eq!(shared::text::decimal(0), "0");
/// ```
pub fn decimal(number: u32) -> String {
    let mut text = if number < 10 { String::new() } else { decimal(number / 10) };
    text.extend(char::from_digit(number % 10, 10));
    text
}

/// The path of an entry of a list: `domains[3]`.
pub fn indexed(list: &str, index: usize) -> String {
    join(&[list, "[", &decimal(u32::try_from(index).unwrap_or(u32::MAX)), "]"])
}

/// Both sides of the first `at`; an ASCII sign. As `split_once`, whose search for any pattern weighs a KB.
#[inline(never)]
pub fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|byte| byte == at)?;
    Some((text.get(..place)?, text.get(place.saturating_add(1)..)?))
}

/// Calls `check` with each part between two `at`, until one fails.
///
/// # Errors
/// The first of `check`.
#[inline(never)]
pub fn each<E>(text: &str, at: u8, check: fn(&str) -> Result<(), E>) -> Result<(), E> {
    let mut rest = text;
    while let Some((part, after)) = cut(rest, at) {
        check(part)?;
        rest = after;
    }
    check(rest)
}
