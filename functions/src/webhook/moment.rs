//! When an event happened: by upstream's word where that can be right, else by when it was signed. Pure.

use crate::clock::Timestamp;
use crate::times::{AHEAD, believable, happened_by, has_time_of_day, read_text};
use crate::webhook::signature::DEFAULT_TOLERANCE;

/// Seconds by which a time may lie after its signature: one of the two may be rounded up, the other one down.
const ROUNDING: Timestamp = 1;

/// When an event happened that says `created_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Never after the event was signed, so that no event outlives those that come after it.
    pub at: Timestamp,
    /// Whether it is upstream's own word.
    pub is_given: bool,
}

impl Moment {
    /// The moment of an event that was signed at `signed_at` and has come in at `now`.
    pub fn of(created_at: &str, signed_at: Option<Timestamp>, now: Timestamp) -> Self {
        let given = read_text(created_at).filter(|_| has_time_of_day(created_at));
        // Nothing happens after it was signed. Upstream's clock may be ahead of ours, and then so is its signature; by
        // how much is bounded by our clock.
        let latest = match signed_at {
            Some(signed_at) => signed_at.min(now.saturating_add(DEFAULT_TOLERANCE)),
            None => now.saturating_add(AHEAD),
        };
        match happened_by(given, latest.saturating_add(ROUNDING)) {
            Some(at) => Self { at: at.min(latest), is_given: true },
            // The signature covers when it was signed: of what we know, that is next to when it happened.
            None => Self { at: believable(signed_at, now).map_or(now, |at| at.min(now)), is_given: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    const NOW: i64 = 1_778_241_600;

    #[test]
    fn implausible_event_time_becomes_the_signature_time() {
        for (created_at, at, is_given) in [
            ("2026-05-08T11:59:00Z", NOW - 60, true),
            ("2026-05-08T11:59:00", NOW - 60, true),
            ("1778241540000", NOW - 60, true),
            ("2026-05-08T11:59:55.999Z", NOW - 5, true),
            // Rounded up, while the signature's second was rounded down.
            ("2026-05-08T11:59:56Z", NOW - 5, true),
            ("2026-05-08T11:59:57Z", NOW - 5, false),
            ("2026-05-08T12:00:30Z", NOW - 5, false),
            ("2027-05-08T12:00:00Z", NOW - 5, false),
            ("0001-01-01T00:00:00Z", NOW - 5, false),
            ("2026-05-08", NOW - 5, false),
            ("soon", NOW - 5, false),
            ("", NOW - 5, false),
        ] {
            assert_eq!(Moment::of(created_at, Some(NOW - 5), NOW), Moment { at, is_given }, "{created_at}");
        }
        // Upstream's clock is two minutes ahead of ours: what happened first stays first.
        let ahead = Moment::of("2026-05-08T12:02:00Z", Some(NOW + 125), NOW);
        assert_eq!(ahead, Moment { at: NOW + 120, is_given: true });
        // An event that was signed long ago and arrives late happened before it was signed.
        let late = Moment::of("2026-05-08T11:00:00Z", Some(NOW - 7_200), NOW);
        assert_eq!(late, Moment { at: NOW - 7_200, is_given: false });
        // A signature from the future, which a wide tolerance lets through, makes no time that outlives the next
        // events.
        assert!(!Moment::of("2026-05-08T13:00:00Z", Some(NOW + 3_600), NOW).is_given);
        assert_eq!(Moment::of("2026-05-08T12:00:30Z", None, NOW), Moment { at: NOW + 30, is_given: true });
        assert_eq!(Moment::of("", None, NOW).at, NOW);
        assert_eq!(Moment::of("", Some(NOW + 5), NOW).at, NOW);
    }
}
