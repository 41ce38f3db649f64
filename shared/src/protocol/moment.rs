//! Points in time as servers write them, in milliseconds since 1970.

/// Milliseconds of a day.
pub const DAY: u64 = 86_400_000;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time of ISO 8601 in UTC, as the order proxy writes it: `2026-05-08T12:00:00Z`, also with a fraction of a second.
pub fn from_iso(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut date = date.split('-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    if date.next().is_some() || fraction.chars().any(|c| !c.is_ascii_digit()) {
        return None;
    }
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    seconds(year, month, day, time)?.checked_mul(1_000)?.checked_add(number(&millis)?)
}

/// A date of HTTP in the form that servers have to send (RFC 9110, section 5.6.7): `Fri, 08 May 2026 12:00:00 GMT`.
pub fn from_http(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(',')?;
    let mut words = rest.strip_prefix(' ')?.split(' ');
    let day = number(words.next()?)?;
    let name = words.next()?;
    let month = u64::try_from(MONTHS.iter().position(|month| *month == name)?).ok()?.checked_add(1)?;
    let year = number(words.next()?)?;
    let time = words.next()?;
    let is_utc = words.next() == Some("GMT") && words.next().is_none();
    seconds(year, month, day, time).filter(|_| is_utc)?.checked_mul(1_000)
}

/// Digits alone, few enough not to overflow.
fn number(text: &str) -> Option<u64> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Seconds since 1970 of a date and a time `hh:mm:ss`.
fn seconds(year: u64, month: u64, day: u64, time: &str) -> Option<u64> {
    let mut parts = time.split(':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_time = parts.next().is_none() && hour < 24 && minute < 60 && second <= 60;
    if !is_time || !(1970..=9_999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days(year, month, day)?;
    days.checked_mul(24)?.checked_add(hour)?.checked_mul(60)?.checked_add(minute)?.checked_mul(60)?.checked_add(second)
}

/// Days since 1970 in the Gregorian calendar: years begin in March, so that the leap day is the last of its year.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let shifted = (month.checked_add(9)?).checked_rem(12)?;
    let of_year = shifted.checked_mul(153)?.checked_add(2)?.checked_div(5)?.checked_add(day)?.checked_sub(1)?;
    let leap_days = (year / 4).checked_sub(year / 100)?.checked_add(year / 400)?;
    year.checked_mul(365)?.checked_add(leap_days)?.checked_add(of_year)?.checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::{from_http, from_iso};

    #[test]
    fn parses_times_in_both_formats() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-05-08T12:00:00Z", Some(1_778_241_600_000)),
            ("2026-05-08T12:00:00.25Z", Some(1_778_241_600_250)),
            ("2024-02-29T23:59:59.9999Z", Some(1_709_251_199_999)),
            ("2000-03-01T00:00:00Z", Some(951_868_800_000)),
            ("2026-05-08", None),
            ("2026-13-08T12:00:00Z", None),
            ("2026-05-08T25:00:00Z", None),
            ("99999-05-08T12:00:00Z", None),
            ("2026-05-08T12:00:00+02:00", None),
            ("", None),
        ] {
            assert_eq!(from_iso(text), expected, "{text}");
        }
        for (text, expected) in [
            ("Fri, 08 May 2026 12:00:00 GMT", Some(1_778_241_600_000)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Fri, 08 May 2026 12:00:00 CET", None),
            ("Friday, 08-May-26 12:00:00 GMT", None),
            ("soon", None),
        ] {
            assert_eq!(from_http(text), expected, "{text}");
        }
    }
}
