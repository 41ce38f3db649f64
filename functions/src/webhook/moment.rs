//! When an event happened: by upstream's word where that can be right, else by when it was signed. Pure.

use crate::clock::Timestamp;
use crate::times::{believable, has_time_of_day, read_text};

/// When an event happened that says `created_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Never later than upstream's clock may be ahead of ours, so that no event outlives those that come after it.
    pub at: Timestamp,
    /// Whether it is upstream's own word.
    pub is_given: bool,
}

impl Moment {
    /// The moment of an event that was signed at `signed_at` and has come in at `now`.
    pub fn of(created_at: &str, signed_at: Option<Timestamp>, now: Timestamp) -> Self {
        let given = read_text(created_at).filter(|_| has_time_of_day(created_at));
        // Upstream's clock may be ahead of ours, and then so is its signature, whose age was checked before.
        let latest = signed_at.map_or(now, |at| at.max(now));
        match believable(given, latest) {
            Some(at) => Self { at, is_given: true },
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
    fn a_time_that_cannot_be_right_is_replaced_by_when_it_was_signed() {
        for (created_at, at, is_given) in [
            ("2026-05-08T11:59:00Z", NOW - 60, true),
            ("2026-05-08T11:59:00", NOW - 60, true),
            ("1778241540000", NOW - 60, true),
            ("2026-05-08T12:00:30Z", NOW + 30, true),
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
        assert_eq!(Moment::of("", None, NOW).at, NOW);
        assert_eq!(Moment::of("", Some(NOW + 5), NOW).at, NOW);
    }
}
