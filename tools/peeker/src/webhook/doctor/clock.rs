//! Deliveries that are signed correctly, and whose time is not within what the receiver lets pass.

use super::advice::seconds;
use super::finding::Finding;
use crate::times::duration_words;
use crate::webhook::capture::Capture;
use std::collections::BTreeSet;

/// The functions' limit for late deliveries with `WEBHOOK_ACCEPT_LATE=on`: 25 hours.
const LATEST: i64 = 25 * 60 * 60;
/// Seconds by which ages of one wrong clock differ: a delivery takes no longer.
const SAME: i64 = 60;
/// Seconds that whole hours may be off.
const NEAR: i64 = 5;

/// How a delivery's time looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// Within the tolerance, or not to be read at all, which is found elsewhere.
    Fine,
    /// When it came is not known.
    Unknown,
    /// Signed too long before it came.
    Late,
    /// Signed after it came.
    Ahead,
}

/// Seconds from signing to arrival, where both are known.
fn age(capture: &Capture) -> Option<i64> {
    let signed = capture.values("Peeker-Timestamp").first().and_then(|text| seconds(text))?;
    Some(capture.received_at?.saturating_sub(signed))
}

/// Which side a delivery is on.
pub(crate) fn side(capture: &Capture, tolerance: i64) -> Side {
    let readable = capture.values("Peeker-Timestamp").first().is_some_and(|text| seconds(text).is_some());
    match age(capture) {
        _ if !readable => Side::Fine,
        None => Side::Unknown,
        Some(age) if age > tolerance => Side::Late,
        Some(age) if age < -tolerance => Side::Ahead,
        Some(_) => Side::Fine,
    }
}

/// What is said of deliveries on the same side; `events` names the event of each.
pub(crate) fn finding(side: Side, captures: &[&Capture], events: &BTreeSet<String>, tolerance: i64) -> Option<Finding> {
    let ages: Vec<i64> = captures.iter().filter_map(|capture| age(capture)).map(i64::abs).collect();
    let (least, most) = (ages.iter().copied().min().unwrap_or(0), ages.iter().copied().max().unwrap_or(0));
    // Rounded up to whole minutes, and with the same room on top as before.
    let wide = most.saturating_add(59) / 60 * 60 + tolerance;
    let words = duration_words(most.unsigned_abs());
    let hours = if is_whole_hours(least) && is_whole_hours(most) {
        " That is whole hours: a clock shows local time in place of UTC."
    } else {
        ""
    };
    let tolerance_setting = ("WEBHOOK_TOLERANCE_SECONDS", Some("WebhookToleranceSeconds"));
    let widen =
        |code, message: String| Some(Finding::setting(code, tolerance_setting, Some(wide.to_string()), message));
    // Different events that are all off by the same time: retries come after pauses that grow.
    let one_clock = events.len() > 1 && most - least <= SAME;
    match side {
        Side::Fine => None,
        Side::Unknown => {
            let message = "When it came is not in the capture, so its time was not checked against the clock.";
            Some(Finding::note("clock_unknown", message))
        }
        Side::Ahead => widen(
            "clock_ahead",
            format!(
                "Signed up to {words} after it came, so Peeker's clock is ahead.{hours} Report it to Peeker, and set \
                 WEBHOOK_TOLERANCE_SECONDS to {wide} until it is right."
            ),
        ),
        Side::Late if one_clock => widen(
            "clock_behind",
            format!(
                "All are signed {words} before they came: that is a clock, and no repetition.{hours} Report it to \
                 Peeker, and set WEBHOOK_TOLERANCE_SECONDS to {wide} until it is right."
            ),
        ),
        Side::Late if most > LATEST => widen(
            "signed_too_long_ago",
            format!(
                "Signed up to {words} before it came: more than the 25 hours of WEBHOOK_ACCEPT_LATE. Set \
                 WEBHOOK_TOLERANCE_SECONDS to {wide}, and ask Peeker why it came so late."
            ),
        ),
        Side::Late => {
            let mut message = format!(
                "Signed up to {words} before it came: Peeker repeats the signature of its first attempt. Set \
                 WEBHOOK_ACCEPT_LATE to on."
            );
            if !hours.is_empty() {
                message.push_str(" It is whole hours: if Peeker's portal shows no earlier attempt, a clock is wrong.");
            }
            let setting = ("WEBHOOK_ACCEPT_LATE", Some("WebhookAcceptLate"));
            Some(Finding::setting("repeated_signature", setting, Some("on".to_owned()), message))
        }
    }
}

/// Differences of time zones are at most 14 hours.
fn is_whole_hours(age: i64) -> bool {
    let (hours, off) = ((age + NEAR) / 3600, (age + NEAR) % 3600);
    (1..=14).contains(&hours) && off <= 2 * NEAR
}
