//! Deliveries with a valid signature and a time outside of the tolerance.

use super::advice::seconds;
use super::finding::Finding;
use crate::times::duration_words;
use crate::webhook::capture::Capture;
use crate::webhook::receiver::{LATEST, MAX_TOLERANCE};
use std::collections::BTreeSet;

/// Maximum difference in seconds between ages caused by one wrong clock: the duration of a delivery.
const SAME: i64 = 60;
/// Maximum deviation in seconds from whole hours.
const NEAR: i64 = 5;

/// The time of a delivery compared with its arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// Within the tolerance, or unreadable, which is reported elsewhere.
    Fine,
    /// The time of arrival is unknown.
    Unknown,
    /// Signed too long before arrival, but within the maximum of a setting.
    Late,
    /// Signed earlier than any setting accepts.
    TooLate,
    /// Signed after arrival.
    Ahead,
    /// Signed further ahead than any setting accepts.
    TooFarAhead,
}

/// Seconds from signing to arrival, if both are known.
fn age(capture: &Capture) -> Option<i64> {
    let signed = capture.values("Peeker-Timestamp").first().and_then(|text| seconds(text))?;
    Some(capture.received_at?.saturating_sub(signed))
}

/// The side of a delivery.
pub(crate) fn side(capture: &Capture, tolerance: i64) -> Side {
    let readable = capture.values("Peeker-Timestamp").first().is_some_and(|text| seconds(text).is_some());
    match age(capture) {
        _ if !readable => Side::Fine,
        None => Side::Unknown,
        Some(age) if age > LATEST => Side::TooLate,
        Some(age) if age > tolerance => Side::Late,
        Some(age) if age < -MAX_TOLERANCE => Side::TooFarAhead,
        Some(age) if age < -tolerance => Side::Ahead,
        Some(_) => Side::Fine,
    }
}

/// The finding for deliveries on the same side; `events` has the event of each.
pub(crate) fn finding(side: Side, captures: &[&Capture], events: &BTreeSet<String>, tolerance: i64) -> Option<Finding> {
    let ages: Vec<i64> = captures.iter().filter_map(|capture| age(capture)).map(i64::abs).collect();
    let (least, most) = (ages.iter().copied().min().unwrap_or(0), ages.iter().copied().max().unwrap_or(0));
    // Rounded up to whole minutes, with the previous margin, and at most the functions' maximum.
    let wide = (most.saturating_add(59) / 60 * 60).saturating_add(tolerance).min(MAX_TOLERANCE);
    let words = duration_words(most.unsigned_abs());
    let hours = if is_whole_hours(least) && is_whole_hours(most) {
        " The difference is whole hours: a clock probably has local time instead of UTC."
    } else {
        ""
    };
    let widen = |code, message: String| {
        let setting = ("WEBHOOK_TOLERANCE_SECONDS", Some("WebhookToleranceSeconds"));
        let message = format!(
            "{message} Report it to Peeker, and set WEBHOOK_TOLERANCE_SECONDS to {wide} until it is corrected."
        );
        Some(Finding::setting(code, setting, Some(wide.to_string()), message))
    };
    // Different events with the same offset: retries would have growing pauses.
    let one_clock = events.len() > 1 && most - least <= SAME;
    match side {
        Side::Fine => None,
        Side::Unknown => {
            let message = "The capture has no time of arrival, so the timestamp was not compared with the clock.";
            Some(Finding::note("clock_unknown", message))
        }
        Side::Ahead => {
            widen("clock_ahead", format!("Signed up to {words} after it arrived, so Peeker's clock is ahead.{hours}"))
        }
        Side::TooFarAhead => {
            let message = format!(
                "Signed up to {words} after it arrived, so Peeker's clock is ahead by more than any setting accepts \
                 (WEBHOOK_TOLERANCE_SECONDS is at most {MAX_TOLERANCE}). Check the clock of the machine that captured \
                 it; if that is right, report it to Peeker."
            );
            Some(Finding::check("clock_ahead", message))
        }
        Side::TooLate if one_clock => {
            let message = format!(
                "All are signed {words} before they arrived: a clock is wrong, these are not repetitions. It is more than any \
                 setting accepts (WEBHOOK_ACCEPT_LATE accepts 25 hours). Check the clock of the machine that captured \
                 them; if that is right, report it to Peeker."
            );
            Some(Finding::check("clock_behind", message))
        }
        Side::TooLate => {
            let message = format!(
                "Signed up to {words} before it arrived: more than any setting accepts (WEBHOOK_ACCEPT_LATE accepts 25 \
                 hours). Ask Peeker why it came so late, and let it deliver the event again with a new signature. The \
                 reconciler fetches the status of orders without it."
            );
            Some(Finding::check("signed_too_long_ago", message))
        }
        Side::Late if one_clock && most <= MAX_TOLERANCE => widen(
            "clock_behind",
            format!("All are signed {words} before they arrived: a clock is wrong, these are not repetitions.{hours}"),
        ),
        Side::Late => {
            let mut message = format!("Signed up to {words} before it arrived: ");
            message.push_str(match one_clock {
                true => "a clock is wrong, this is not a repetition. Report it to Peeker, and set WEBHOOK_ACCEPT_LATE to on.",
                false => "Peeker repeats the signature of its first attempt. Set WEBHOOK_ACCEPT_LATE to on.",
            });
            if !hours.is_empty() {
                message.push_str(" It is whole hours: if Peeker's portal shows no earlier attempt, a clock is wrong.");
            }
            let setting = ("WEBHOOK_ACCEPT_LATE", Some("WebhookAcceptLate"));
            let code = if one_clock { "clock_behind" } else { "repeated_signature" };
            Some(Finding::setting(code, setting, Some("on".to_owned()), message))
        }
    }
}

/// Time zones differ by at most 14 hours.
fn is_whole_hours(age: i64) -> bool {
    let (hours, off) = ((age + NEAR) / 3600, (age + NEAR) % 3600);
    (1..=14).contains(&hours) && off <= 2 * NEAR
}
