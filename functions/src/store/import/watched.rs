//! How far the partner was told of an import, and when it is told again. Pure.

use crate::clock::Timestamp;
use crate::model::notification::labels::Labels;

const DAY: Timestamp = 24 * 60 * 60;
/// When the partner is told of nameservers that are not set, after the import was started.
const REMINDERS: [Timestamp; 4] = [0, DAY, 3 * DAY, 6 * DAY];
/// How long domains are still looked at whose claims have ended: a customer may set nameservers late.
const PATIENCE: Timestamp = 30 * DAY;

/// How far the partner was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// When it began; `None` when the import is not watched.
    pub since: Option<Timestamp>,
    /// The last reminder.
    pub reminded: u32,
    /// Whether no domain waits any more: each is connected, given up, or its claim has ended.
    pub is_over: bool,
    /// How many domains the partner was told of as connected.
    pub connected: u32,
    /// The sale.
    pub labels: Labels,
}

impl Watch {
    /// The number of the reminder that is due at `now`.
    pub fn due_reminder(&self, now: Timestamp) -> Option<u32> {
        let next = self.reminded.saturating_add(1);
        let after = REMINDERS.get(usize::try_from(next).ok()?)?;
        (now >= self.since?.saturating_add(*after)).then_some(next)
    }

    /// Whether domains whose claims have ended are still looked at.
    pub fn is_patient(&self, now: Timestamp) -> bool {
        now < self.since.unwrap_or(now).saturating_add(PATIENCE)
    }

    /// Whether more domains are connected than the partner was told of.
    pub(crate) fn is_news(&self, connected: usize) -> bool {
        u32::try_from(connected).is_ok_and(|connected| connected > self.connected)
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, Watch};

    #[test]
    fn reminders_come_after_one_three_and_six_days() {
        let watch = |reminded| Watch { since: Some(100), reminded, ..Watch::default() };
        for (number, days) in [(1, 1), (2, 3), (3, 6)] {
            let due = 100 + days * DAY;
            assert_eq!(watch(number - 1).due_reminder(due - 1), None);
            assert_eq!(watch(number - 1).due_reminder(due), Some(number));
        }
        assert_eq!(watch(3).due_reminder(100 + 30 * DAY), None);
        assert_eq!(Watch::default().due_reminder(100 + 30 * DAY), None);
    }
}
