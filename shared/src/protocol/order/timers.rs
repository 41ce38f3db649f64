//! When a client looks again: growing pauses, and the rest that a server asks for.

use crate::protocol::moment::DAY;
use crate::protocol::order::message::Effect;

/// Pauses in milliseconds that grow by half, between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pauses {
    next: u64,
    first: u64,
    longest: u64,
}

impl Pauses {
    /// Looks at an order: soon after each change, then less and less.
    pub(super) const WATCHING: Self = Self::new(1_000, 15_000);
    /// Looks at the session while its order has no id.
    pub(super) const PLACING: Self = Self::new(2_000, 10_000);
    /// Looks for an order in doubt.
    pub(super) const DOUBT: Self = Self::new(2_000, 30_000);
    /// Looks at the session while it cannot say what became of an order.
    pub(super) const UNCONFIRMED: Self = Self::new(8_000, 30_000);

    const fn new(first: u64, longest: u64) -> Self {
        Self { next: first, first, longest }
    }

    /// The same pauses, none longer than `longest`.
    pub(super) fn at_most(self, longest: u64) -> Self {
        Self { next: self.next.min(longest), first: self.first.min(longest), longest: self.longest.min(longest) }
    }

    /// The next pause.
    pub(super) fn take(&mut self) -> u64 {
        let now = self.next;
        self.next = now.saturating_add(now / 2).min(self.longest);
        now
    }

    /// The next pause is the first one again.
    pub(super) fn restart(&mut self) {
        self.next = self.first;
    }
}

/// The timers of one machine: the newest of each kind counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    made: u32,
    look: Option<u32>,
    session: Option<u32>,
    approval: Option<u32>,
    /// Until when the server wants to be left alone.
    rest_until: u64,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// The next look at an order, or at the session.
    Look,
    /// The session ends soon, or the page takes too long to give another one.
    Session,
    /// The page's payment takes too long.
    Approval,
}

impl Timers {
    fn place(&mut self, kind: Timer) -> &mut Option<u32> {
        match kind {
            Timer::Look => &mut self.look,
            Timer::Session => &mut self.session,
            Timer::Approval => &mut self.approval,
        }
    }

    /// Starts a timer in place of the earlier one of its kind. A look respects the server's rest.
    pub(super) fn start<J>(&mut self, kind: Timer, milliseconds: u64, now_ms: u64) -> Effect<J> {
        self.made = self.made.wrapping_add(1);
        let timer = self.made;
        *self.place(kind) = Some(timer);
        let rest = if kind == Timer::Look { self.rest_until.saturating_sub(now_ms) } else { 0 };
        let after_ms = u32::try_from(milliseconds.max(rest).min(DAY)).unwrap_or(u32::MAX);
        Effect::Wake { timer, after_ms }
    }

    pub(super) fn is_started(&self, kind: Timer) -> bool {
        let place = match kind {
            Timer::Look => self.look,
            Timer::Session => self.session,
            Timer::Approval => self.approval,
        };
        place.is_some()
    }

    pub(super) fn stop(&mut self, kind: Timer) {
        *self.place(kind) = None;
    }

    /// What timer `timer` was for, unless it is out of date.
    pub(super) fn ring(&mut self, timer: u32) -> Option<Timer> {
        let kind = [Timer::Look, Timer::Session, Timer::Approval]
            .into_iter()
            .find(|kind| *self.place(*kind) == Some(timer))?;
        self.stop(kind);
        Some(kind)
    }

    /// The server asked for a rest of so many milliseconds.
    pub(super) fn rest(&mut self, milliseconds: u32, now_ms: u64) {
        self.rest_until = self.rest_until.max(now_ms.saturating_add(u64::from(milliseconds)));
    }
}
