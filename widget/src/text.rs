//! Text made of parts.

/// The parts, one after the other. Standing in for `concat`, whose generic code is forty times as long.
#[inline(never)]
pub(crate) fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}
