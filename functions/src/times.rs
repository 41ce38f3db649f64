//! Times as upstream writes them, read leniently, and how far they are believed.

use crate::clock::{Timestamp, from_iso};
use serde_json::Value;
use std::time::UNIX_EPOCH;
use time::format_description::well_known::{Iso8601, Rfc2822};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

/// Seconds by which upstream's clock may be ahead of ours and still be believed: both are set by NTP, to well below
/// one.
pub const AHEAD: Timestamp = 60;
/// 2020-01-01T00:00:00Z: before upstream existed. What is older is a missing time, such as year 1 or 1970.
const FIRST: Timestamp = 1_577_836_800;
/// The last second of the year 9999: later ones cannot be written.
const LAST: Timestamp = 253_402_300_799;

/// A time as text or as a number; `None` when it cannot be read without a guess.
///
/// ISO 8601 and RFC 3339 (also with a space for the `T`, `+0000`, or a comma before fractions), RFC 2822 and HTTP
/// dates; without an offset it is UTC. A number is an epoch time; its size says whether in seconds, milliseconds,
/// microseconds or nanoseconds. A date without a time of day is its midnight: see [`has_time_of_day`].
pub fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => read_text(text),
        Value::Number(number) => number.as_f64().and_then(epoch),
        _ => None,
    }
}

/// The same for a text.
pub fn read_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let at = from_iso(text).or_else(|| iso(text)).or_else(|| mail_or_http(text));
    at.or_else(|| text.parse().ok().and_then(epoch)).filter(|at| (0..=LAST).contains(at))
}

/// Whether `text` says more than a day: a day alone would put an event before all others of its day.
pub fn has_time_of_day(text: &str) -> bool {
    day(text.trim()).is_none()
}

/// `at` when it can be the time of something that has happened; `None` when it is ahead of `now`, or before upstream
/// existed. One wrong time must not outlive all right ones.
pub fn believable(at: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    happened_by(at, now.saturating_add(AHEAD))
}

/// The same, where it is known by when it has happened.
pub fn happened_by(at: Option<Timestamp>, latest: Timestamp) -> Option<Timestamp> {
    at.filter(|at| (FIRST..=latest).contains(at))
}

/// A time of upstream's on our clock: `date` is what upstream's clock said in the answer that came `now`. Without it
/// the two count as equal.
pub fn on_our_clock(at: Timestamp, date: Option<Timestamp>, now: Timestamp) -> Timestamp {
    at.saturating_sub(date.map_or(0, |date| date.saturating_sub(now)))
}

/// Reads a `Date` header (RFC 9110, 5.6.7), in all three forms.
pub fn from_http_date(text: &str) -> Option<Timestamp> {
    let at = httpdate::parse_http_date(text).ok()?;
    at.duration_since(UNIX_EPOCH).ok().and_then(|since| Timestamp::try_from(since.as_secs()).ok())
}

fn iso(text: &str) -> Option<Timestamp> {
    let upper = text.to_uppercase().replace('\u{2212}', "-");
    let upper = upper.trim_end_matches(" UTC").trim_end_matches(" GMT").trim_end_matches(" Z");
    // The date and the time of day, the time of day and its offset.
    let joined = match upper.split_once([' ', '_']) {
        Some((date, time)) => format!("{date}T{}", time.replace(' ', "")),
        None => upper.replace(' ', ""),
    };
    let zoned = OffsetDateTime::parse(&joined, &Iso8601::PARSING).map(OffsetDateTime::unix_timestamp);
    let utc = || PrimitiveDateTime::parse(&joined, &Iso8601::PARSING).map(|at| at.assume_utc().unix_timestamp());
    zoned.or_else(|_| utc()).ok().or_else(|| day(text))
}

fn day(text: &str) -> Option<Timestamp> {
    // Eight digits alone may be an epoch time; the parser lets a time of day follow.
    let is_day = text.contains('-') && !text.contains(['T', 't', ' ', ':']);
    let date = Date::parse(text, &Iso8601::PARSING).ok().filter(|_| is_day)?;
    Some(date.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp())
}

fn mail_or_http(text: &str) -> Option<Timestamp> {
    let mail = || OffsetDateTime::parse(text, &Rfc2822).ok().map(OffsetDateTime::unix_timestamp);
    from_http_date(text).or_else(mail)
}

/// Seconds reach the year 5138 before they have as many digits as milliseconds of 1973.
fn epoch(number: f64) -> Option<Timestamp> {
    let (number, unit) = match number {
        seconds if seconds < 1e11 => (seconds, 1.0),
        milliseconds if milliseconds < 1e14 => (milliseconds, 1e3),
        microseconds if microseconds < 1e17 => (microseconds, 1e6),
        nanoseconds => (nanoseconds, 1e9),
    };
    let seconds = (number / unit).floor();
    // A whole number, within a range that f64 represents exactly.
    #[expect(clippy::cast_possible_truncation, reason = "it is between 0 and 253,402,300,799")]
    (0.0..=253_402_300_799.0).contains(&seconds).then_some(seconds as Timestamp)
}

#[cfg(test)]
mod tests {
    use super::{believable, from_http_date, has_time_of_day, read};
    use serde_json::json;

    const NOON: i64 = 1_778_241_600;

    #[test]
    fn time_is_parsed_from_every_unambiguous_format() {
        for form in [
            "2026-05-08T12:00:00Z",
            "2026-05-08T12:00:00",
            "2026-05-08 12:00:00",
            "2026-05-08 12:00:00Z",
            "2026-05-08 12:00:00 UTC",
            "2026-05-08 12:00:00 +0000",
            "2026-05-08t12:00:00z",
            "2026-05-08_12:00:00",
            " 2026-05-08T12:00:00Z ",
            "2026-05-08T12:00Z",
            "2026-05-08T12:00",
            "2026-05-08T12:00:00.000Z",
            "2026-05-08T12:00:00.123456789",
            "2026-05-08T12:00:00,5Z",
            "2026-05-08T12:00:00+0000",
            "2026-05-08T12:00:00+00",
            "2026-05-08T12:00:00-00:00",
            "2026-05-08T14:00:00+02:00",
            "2026-05-08T14:00:00.5+0200",
            "2026-05-08 05:00:00 -07:00",
            "2026-05-08T05:00:00\u{2212}07:00",
            "20260508T120000Z",
            "20260508T120000",
            "Fri, 08 May 2026 12:00:00 GMT",
            "Fri, 8 May 2026 14:00:00 +0200",
            "Friday, 08-May-26 12:00:00 GMT",
            "Fri May  8 12:00:00 2026",
            "1778241600",
            "1778241600.25",
            "1778241600000",
        ] {
            assert_eq!(read(&json!(form)), Some(NOON), "{form}");
        }
        for number in [json!(NOON), json!(1_778_241_600.75), json!(1_778_241_600_999_i64), json!(1.778_241_6e15)] {
            assert_eq!(read(&number), Some(NOON), "{number}");
        }
        assert_eq!(read(&json!(1_778_241_600_000_000_000_i64)), Some(NOON));
        assert_eq!(read(&json!("2026-05-08")), Some(NOON - 12 * 60 * 60));
        assert!(has_time_of_day("2026-05-08T00:00:00Z") && !has_time_of_day(" 2026-05-08 "));
    }

    #[test]
    fn ambiguous_time_is_none() {
        for text in ["", "now", "yesterday", "05/08/2026 12:00", "2026-13-08T12:00:00Z", "12:00:00", "-1", "1e400"] {
            assert_eq!(read(&json!(text)), None, "{text}");
        }
        for value in [json!(null), json!(true), json!([NOON]), json!({"at": NOON}), json!(-1), json!(1e300)] {
            assert_eq!(read(&value), None, "{value}");
        }
    }

    #[test]
    fn implausible_times_are_ignored() {
        for (at, believed) in [(NOON - 1, true), (NOON + 60, true), (NOON + 61, false), (0, false), (1, false)] {
            assert_eq!(believable(Some(at), NOON).is_some(), believed, "{at}");
        }
        assert_eq!(believable(read(&json!("0001-01-01T00:00:00Z")), NOON), None);
        assert_eq!(believable(read(&json!("2027-05-08T12:00:00Z")), NOON), None);
        assert_eq!(believable(None, NOON), None);
    }

    #[test]
    fn date_header_is_parsed_in_three_formats() {
        for text in ["Fri, 08 May 2026 12:00:00 GMT", "Friday, 08-May-26 12:00:00 GMT", "Fri May  8 12:00:00 2026"] {
            assert_eq!(from_http_date(text), Some(NOON), "{text}");
        }
        assert_eq!(from_http_date("2026-05-08"), None);
    }
}
