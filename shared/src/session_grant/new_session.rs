//! A session that is to be minted: what it permits, and how long it lasts.

use crate::fields::Fields;
use crate::session_grant::grant::Grant;

/// Seconds that a session lasts when nothing is said: long enough to pick twenty domains.
pub const DEFAULT_LIFETIME: i64 = 30 * 60;
/// Minimum lifetime in seconds: a shorter token may expire on its way to the page.
pub const MIN_LIFETIME: i64 = 60;
/// Maximum lifetime in seconds, which limits the use of a stolen token.
pub const MAX_LIFETIME: i64 = 24 * 60 * 60;
/// Characters of a session's token: claims with a dozen origins fit many times.
pub const MAX_TOKEN_LENGTH: usize = 8_192;
/// What to do about a longer one.
pub const TOKEN_TOO_LONG: &str = "The session's token would be longer than 8,192 characters. Shorten metadata, origins or \
                                  the price list; a long price list can be the stage's default.";
/// The audiences of session tokens, of a test stage and of a live one.
pub const AUDIENCES: [&str; 2] = ["peeker-checkout/test", "peeker-checkout/live"];

/// A session that is to be minted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// What it permits.
    pub grant: Grant,
    /// Seconds until it ends.
    pub lifetime: i64,
}

impl NewSession {
    /// Takes it out of `fields`, in the form of the body of `POST /v1/sessions`. Problems are added to the findings;
    /// `None` when an essential field is missing.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let grant = Grant::read(fields, "customer");
        let lifetime = match fields.optional_u64("ttl_seconds").map(i64::try_from) {
            None => DEFAULT_LIFETIME,
            Some(Ok(seconds)) if (MIN_LIFETIME..=MAX_LIFETIME).contains(&seconds) => seconds,
            Some(_) => {
                fields.add_finding("ttl_seconds", "out_of_range", "ttl_seconds must be 60 to 86,400.");
                DEFAULT_LIFETIME
            }
        };
        Some(Self { grant: grant?, lifetime })
    }
}
