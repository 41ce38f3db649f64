//! Formats of a moment in signatures.

use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

/// 2001 to 2100 in seconds: other numbers are not times.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..4_102_444_800;

/// The format of a signed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Unchanged.
    Written,
    Seconds,
    Milliseconds,
    /// `2026-05-08T12:00:00Z`
    Iso,
    /// `2026-05-08T12:00:00.000Z`
    IsoMilliseconds,
    /// `2026-05-08T12:00:00+00:00`
    IsoOffset,
}

impl Form {
    /// Unchanged first: if two formats give the same text, this one is reported.
    pub(crate) const ALL: [Self; 6] =
        [Self::Written, Self::Seconds, Self::Milliseconds, Self::Iso, Self::IsoMilliseconds, Self::IsoOffset];

    /// The suffix of the part's name, such as ` in milliseconds`.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Written => "",
            Self::Seconds => " in seconds",
            Self::Milliseconds => " in milliseconds",
            Self::Iso => " as 2026-05-08T12:00:00Z",
            Self::IsoMilliseconds => " as 2026-05-08T12:00:00.000Z",
            Self::IsoOffset => " as 2026-05-08T12:00:00+00:00",
        }
    }

    /// `text` in this format; `None` if it is not a time.
    pub(crate) fn write(self, text: &str) -> Option<String> {
        if self == Self::Written {
            return Some(text.to_owned());
        }
        let millis = millis(text)?;
        let seconds = millis.div_euclid(1000);
        let iso = || OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok();
        match self {
            Self::Written | Self::Seconds => Some(seconds.to_string()),
            Self::Milliseconds => Some(millis.to_string()),
            Self::Iso => iso(),
            Self::IsoMilliseconds => iso().map(|text| text.replace('Z', &format!(".{:03}Z", millis.rem_euclid(1000)))),
            Self::IsoOffset => iso().map(|text| text.replace('Z', "+00:00")),
        }
    }
}

/// Unix milliseconds of a time in seconds, milliseconds or microseconds, in ISO 8601, or in the format of a Date
/// header.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        let millis = match text.len() {
            10 => number.checked_mul(1000)?,
            13 => number,
            16 => number / 1000,
            _ => return None,
        };
        return SECONDS.contains(&(millis / 1000)).then_some(millis);
    }
    if let Some((seconds, fraction)) = text.split_once('.')
        && seconds.len() == 10
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
        let millis = seconds.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(fraction.parse().ok()?)?;
        return SECONDS.contains(&(millis / 1000)).then_some(millis);
    }
    let at = OffsetDateTime::parse(text, &Rfc3339).or_else(|_| OffsetDateTime::parse(text, &Rfc2822)).ok()?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::{Form, millis};

    #[test]
    fn time_is_parsed_and_formatted_in_every_format() {
        for text in ["1778241600", "1778241600000", "1778241600000000", "1778241600.0", "2026-05-08T12:00:00Z"] {
            assert_eq!(millis(text), Some(1_778_241_600_000), "{text}");
        }
        assert_eq!(millis("Fri, 08 May 2026 12:00:00 GMT"), Some(1_778_241_600_000));
        assert_eq!(millis("2026-05-08T14:00:00.250+02:00"), Some(1_778_241_600_250));
        for text in ["", "512", "99999999999", "9999999999", "evt_1", "12:00"] {
            assert_eq!(millis(text), None, "{text}");
        }
        let written = Form::ALL.map(|form| form.write("1778241600250").unwrap());
        let expected = [
            "1778241600250",
            "1778241600",
            "1778241600250",
            "2026-05-08T12:00:00Z",
            "2026-05-08T12:00:00.250Z",
            "2026-05-08T12:00:00+00:00",
        ];
        assert_eq!(written, expected);
    }
}
