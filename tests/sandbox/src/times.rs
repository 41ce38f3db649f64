//! Time formats of upstream: ISO 8601, UTC, whole seconds, `Z`.

use time::OffsetDateTime;
use time::macros::format_description;

/// `2026-05-08T12:00:00Z`
pub(crate) fn iso(unix_seconds: i64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    moment(unix_seconds).format(&format).unwrap_or_default()
}

/// The format of the `Date` header, such as `Fri, 08 May 2026 12:00:00 GMT` (RFC 9110, 5.6.7).
pub(crate) fn http_date(unix_seconds: i64) -> String {
    // httpdate panics before 1970; `moment` ends with the year 9999, as httpdate does.
    httpdate::fmt_http_date(moment(unix_seconds.max(0)).into())
}

/// The same day of the next month, or its last day, as in `renews_at` of the samples.
pub(crate) fn next_month(unix_seconds: i64) -> i64 {
    let start = moment(unix_seconds);
    let month = start.month().next();
    let year = if month == time::Month::January { start.year() + 1 } else { start.year() };
    let day = start.day().min(month.length(year));
    time::Date::from_calendar_date(year, month, day)
        .map_or(unix_seconds, |date| start.replace_date(date).unix_timestamp())
}

fn moment(unix_seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(unix_seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::{iso, next_month};

    #[test]
    fn time_is_formatted_like_the_samples() {
        assert_eq!(iso(1_778_241_600), "2026-05-08T12:00:00Z");
    }

    #[test]
    fn time_is_formatted_as_an_http_date() {
        assert_eq!(super::http_date(1_778_241_600), "Fri, 08 May 2026 12:00:00 GMT");
    }

    #[test]
    fn one_month_later_keeps_the_day_if_it_exists() {
        assert_eq!(iso(next_month(1_778_241_600)), "2026-06-08T12:00:00Z");
        assert_eq!(iso(next_month(1_769_860_800)), "2026-02-28T12:00:00Z");
    }
}
