//! The receiver's settings for verifying a captured delivery.

use crate::secret::Secret;

/// Secrets, base string and time of the receiver.
#[derive(Debug)]
pub(crate) struct Criteria<'s> {
    /// Valid secrets.
    pub(crate) secrets: &'s [Secret],
    /// The expected base string.
    pub(crate) template: &'s str,
    /// Maximum seconds between signing and arrival.
    pub(crate) tolerance: i64,
    /// Time of arrival, Unix seconds.
    pub(crate) at: i64,
    /// Whether the time of arrival is known; otherwise it is the current time.
    pub(crate) at_is_known: bool,
}
