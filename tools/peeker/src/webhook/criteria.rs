//! What a captured delivery is verified against.

use crate::secret::Secret;

/// Secrets, base string and clock of the receiver.
#[derive(Debug)]
pub(crate) struct Criteria<'s> {
    /// Any of them may have signed.
    pub(crate) secrets: &'s [Secret],
    /// What the receiver expects to be signed.
    pub(crate) template: &'s str,
    /// Seconds between signing and arrival that the receiver lets pass.
    pub(crate) tolerance: i64,
    /// When it arrived.
    pub(crate) at: i64,
    /// Whether somebody said so, or it is just now.
    pub(crate) at_is_known: bool,
}
