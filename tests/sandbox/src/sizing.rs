//! Number of domains that a bundle or licences need. The formula is specific to the emulator: clients use the response,
//! never the formula.

/// Sending days per month without weekends: docs/upstream.md#bundle-sizing.
const WEEKDAYS: u128 = 22;
/// Sending days per month with weekends: docs/upstream.md#bundle-sizing.
const ALL_DAYS: u128 = 30;
/// Messages per day of one Google inbox: docs/upstream.md#bundle-sizing.
const GOOGLE_SENDS: u128 = 20;
/// Messages per day of one Microsoft domain, derived from two published results: docs/upstream.md#bundle-sizing.
const MICROSOFT_SENDS: u128 = 150;

/// Domains per provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Required {
    pub(crate) google: u64,
    pub(crate) microsoft: u64,
}

impl Required {
    pub(crate) fn total(self) -> u64 {
        self.google.saturating_add(self.microsoft)
    }
}

/// The number of domains for a monthly volume.
pub(crate) fn of_volume(volume: u64, google_percent: u64, weekends: bool, inboxes: u64) -> Required {
    let days = if weekends { ALL_DAYS } else { WEEKDAYS };
    let google_percent = u128::from(google_percent.min(100));
    let share = |percent: u128, sends: u128| {
        let domains = (u128::from(volume) * percent).div_ceil(100 * days * sends);
        u64::try_from(domains).unwrap_or(u64::MAX)
    };
    Required {
        google: share(google_percent, GOOGLE_SENDS * u128::from(inboxes.max(1))),
        microsoft: share(100 - google_percent, MICROSOFT_SENDS),
    }
}

/// The number of domains for licences: a Google licence is an inbox, a Microsoft licence a domain.
pub(crate) fn of_licences(google: u64, microsoft: u64, inboxes: u64) -> Required {
    Required { google: google.div_ceil(inboxes.max(1)), microsoft }
}

#[cfg(test)]
mod tests {
    use super::{Required, of_licences, of_volume};

    #[test]
    fn sizes_match_published_results_and_derived_vectors() {
        for (volume, percent, weekends, inboxes, google, microsoft) in [
            (25_000, 50, false, 2, 15, 4),
            (100_000, 70, false, 2, 80, 10),
            (25_000, 50, true, 2, 11, 3),
            (25_000, 50, false, 3, 10, 4),
            (40_000, 50, false, 2, 23, 7),
            (10_000, 100, false, 2, 12, 0),
            (10_000, 0, false, 2, 0, 4),
        ] {
            let required = of_volume(volume, percent, weekends, inboxes);
            assert_eq!(required, Required { google, microsoft }, "{volume} at {percent} %");
        }
    }

    #[test]
    fn twenty_google_and_two_microsoft_need_twelve_domains() {
        assert_eq!(of_licences(20, 2, 2).total(), 12);
        assert_eq!(of_licences(5, 0, 2).google, 3);
    }
}
