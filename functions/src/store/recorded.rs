//! What became of an event that was to be stored.

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Stored, and its entity moved.
    New,
    /// Stored, and its entity was further already.
    Stale,
    /// Seen before: nothing was written.
    Duplicate,
}
