//! Times: parsing of user input, and formats of the APIs.

use std::time::Duration;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, Time};

/// The current time, Unix seconds.
pub(crate) fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

/// ISO 8601 in UTC, whole seconds.
pub(crate) fn iso(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds).ok().and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}

/// Unix seconds of an ISO 8601 time.
pub(crate) fn from_iso(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}

/// Formats that [`instant`] accepts, for help and errors.
pub(crate) const FORMS: &str = "2026-05-08, 2026-05-08T12:00:00Z, 1778241600, now, or how long ago: 90s, 30m, 2h, 3d";

/// 1970 to 9999: the range of the APIs.
const YEARS: std::ops::RangeInclusive<i64> = 0..=253_402_300_799;

/// Parses a moment in any of the formats.
pub(crate) fn instant(text: &str, now: i64) -> Result<i64, String> {
    let at = unbounded(text, now)?;
    match YEARS.contains(&at) {
        true => Ok(at),
        false if at < 0 => Err(format!("{text} is before 1970. Write {FORMS}.")),
        false => Err(format!("{text} is after the year 9999. Write {FORMS}.")),
    }
}

fn unbounded(text: &str, now: i64) -> Result<i64, String> {
    if text == "now" {
        return Ok(now);
    }
    if let Some(at) = from_iso(text) {
        return Ok(at);
    }
    if let Ok(date) = Date::parse(text, format_description!("[year]-[month]-[day]")) {
        return Ok(date.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp());
    }
    if text.len() >= 9
        && let Ok(seconds) = text.parse::<i64>()
    {
        return Ok(seconds);
    }
    let ago = duration(text).map_err(|_| format!("{text} is no time. Write {FORMS}."))?;
    Ok(now.saturating_sub(i64::try_from(ago.as_secs()).unwrap_or(i64::MAX)))
}

/// `90s`, `30m`, `2h`, `3d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let refusal = || format!("{text} is no span of time. Write a number and a unit: 90s, 30m, 2h, 3d.");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits).unwrap_or_default();
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(refusal()),
    };
    let count: u64 = digits.parse().map_err(|_| refusal())?;
    count.checked_mul(seconds).map(Duration::from_secs).ok_or_else(refusal)
}

/// `0.4 s`.
pub(crate) fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}

/// `2 d 3 h`, the two largest units.
pub(crate) fn duration_words(seconds: u64) -> String {
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let words: Vec<String> = parts
        .iter()
        .skip_while(|(count, _)| *count == 0)
        .take(2)
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}
