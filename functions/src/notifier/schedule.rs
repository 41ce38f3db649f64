//! When a notification is sent to an endpoint: at once, and after growing pauses, eight times in about 28 hours.

use crate::clock::{Random, Timestamp};
use crate::times;

const MINUTE: Timestamp = 60;
const HOUR: Timestamp = 60 * MINUTE;
/// Seconds before each attempt.
const PAUSES: [Timestamp; 8] = [0, 5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
/// Attempts at most.
pub const ATTEMPTS: usize = PAUSES.len();
/// A pause is this many percent longer or shorter, so that what failed together is not repeated together.
const JITTER_PERCENT: u64 = 10;
/// The longest pause that an endpoint can ask for.
const MAX_RETRY_AFTER: Timestamp = 24 * HOUR;

/// Seconds until the next attempt after `made` attempts; `None` after the last one. An endpoint may ask for a longer
/// pause, up to a day.
pub fn pause_after(made: usize, retry_after: Option<Timestamp>, random: &Random) -> Option<Timestamp> {
    let pause = u64::try_from(*PAUSES.get(made)?).unwrap_or_default();
    // From 90 to 110 percent.
    let span = pause.saturating_mul(2 * JITTER_PERCENT) / 100;
    let shortest = pause.saturating_mul(100 - JITTER_PERCENT) / 100;
    let jittered = shortest.saturating_add(random.below(span.saturating_add(1)));
    let pause = Timestamp::try_from(jittered).unwrap_or(MAX_RETRY_AFTER);
    Some(pause.max(retry_after.unwrap_or_default().min(MAX_RETRY_AFTER)))
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
pub fn retry_after(header: &str, now: Timestamp) -> Option<Timestamp> {
    let header = header.trim();
    let is_number = !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit());
    // More digits than a number has room for are longer than the longest pause all the same.
    let seconds = || is_number.then(|| header.parse().unwrap_or(MAX_RETRY_AFTER));
    let until = || times::from_http_date(header).map(|at| at.saturating_sub(now));
    seconds().or_else(until).filter(|pause: &Timestamp| *pause > 0)
}

#[cfg(test)]
mod tests {
    use super::{pause_after, retry_after};
    use crate::clock::{Random, Timestamp};

    /// Randomness whose number below a limit is 0, or the largest.
    fn random(largest: bool) -> Random {
        // 2^64 - 1 divided by the limits below leaves other rests than the largest: the limits are tried instead.
        Random::from_fn(move || Some(if largest { [0xff; 16] } else { [0; 16] }))
    }

    #[test]
    fn the_shortest_pauses_are_a_tenth_shorter() {
        let pauses: Vec<_> = (1..=8).map(|made| pause_after(made, None, &random(false))).collect();
        let expected = [Some(4), Some(270), Some(1_620), Some(6_480), Some(16_200), Some(32_400), Some(32_400), None];
        assert_eq!(pauses, expected);
    }

    #[test]
    fn pauses_stay_within_a_tenth_and_spread() {
        let system = Random::system();
        for (made, pause) in [(2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 36_000)] {
            let all: Vec<Timestamp> = (0..200).filter_map(|_| pause_after(made, None, &system)).collect();
            let (least, most) = (pause * 9 / 10, pause * 11 / 10);
            assert!(all.len() == 200 && all.iter().all(|one| (least..=most).contains(one)), "{made}: {all:?}");
            assert!(all.iter().any(|one| *one > pause) && all.iter().any(|one| *one < pause), "{made}: {all:?}");
        }
        assert_eq!(pause_after(0, None, &system), Some(0), "the first attempt is made at once");
    }

    #[test]
    fn eight_attempts_take_about_28_hours() {
        let total: Timestamp = (0..8).filter_map(|made| pause_after(made, None, &random(false))).sum();
        // 0.9 times 27 h 35 min 5 s, with a second lost in rounding.
        assert_eq!(total, 89_374);
    }

    #[test]
    fn an_endpoint_may_ask_for_a_longer_pause() {
        let zero = random(false);
        assert_eq!(pause_after(1, Some(120), &zero), Some(120));
        assert_eq!(pause_after(2, Some(120), &zero), Some(270), "a shorter one changes nothing");
        assert_eq!(pause_after(1, Some(1_000_000), &zero), Some(86_400), "a day at most");
        assert_eq!(pause_after(8, Some(120), &zero), None, "nor is there a ninth attempt");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        // 1994-11-06T08:49:37Z, the example of RFC 9110, 5.6.7, by date -d.
        let at = 784_111_777;
        assert_eq!(retry_after(" 120 ", at), Some(120));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", at - 30), Some(30));
        assert_eq!(retry_after("99999999999999999999", at), Some(86_400));
        assert_eq!(pause_after(1, retry_after("9999999999999", at), &random(false)), Some(86_400));
        for header in ["", "0", "-5", "+5", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert_eq!(retry_after(header, at), None, "{header}");
        }
    }
}
