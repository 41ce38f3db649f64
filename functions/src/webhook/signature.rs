//! Proves that a delivery is upstream's: any live secret × any signature in the header, in constant time.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::secrets::SigningSecret;
use crate::webhook::delivery::Delivery;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Seconds between signing and arrival that are let pass, in both directions. Upstream's is unknown
/// (docs/upstream.md#signature); Stripe's and Standard Webhooks' is 300.
pub const DEFAULT_TOLERANCE: Timestamp = 300;
/// Seconds after signing at which a new event is still taken where late ones are: upstream tries for 24 hours
/// (docs/upstream.md#delivery), and may repeat the first signature.
pub const LATEST: Timestamp = 25 * 60 * 60;
/// Maximum signatures of one header that are compared: during a rotation there are two.
const MAX_SIGNATURES: usize = 8;

/// The bytes under the HMAC: a setting, because upstream's choice is unknown (docs/upstream.md#signature). The first is
/// the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseString {
    /// `{timestamp}.{body}`
    TimestampBody,
    /// `{event_id}.{timestamp}.{body}`
    EventTimestampBody,
    /// `{timestamp}{body}`
    TimestampBodyJoined,
    /// `{body}`
    Body,
}

impl BaseString {
    /// Every template with its name in the settings.
    pub const ALL: [(&'static str, Self); 4] = [
        ("{timestamp}.{body}", Self::TimestampBody),
        ("{event_id}.{timestamp}.{body}", Self::EventTimestampBody),
        ("{timestamp}{body}", Self::TimestampBodyJoined),
        ("{body}", Self::Body),
    ];
    /// The names of all templates.
    pub const NAMES: [&'static str; 4] = [Self::ALL[0].0, Self::ALL[1].0, Self::ALL[2].0, Self::ALL[3].0];

    /// The template of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, template)| *template)
    }

    fn feed(self, mac: &mut Hmac<Sha256>, delivery: &Delivery) {
        match self {
            Self::TimestampBody => {
                mac.update(delivery.timestamp.as_bytes());
                mac.update(b".");
            }
            Self::EventTimestampBody => {
                mac.update(delivery.event_id.as_bytes());
                mac.update(b".");
                mac.update(delivery.timestamp.as_bytes());
                mac.update(b".");
            }
            Self::TimestampBodyJoined => mac.update(delivery.timestamp.as_bytes()),
            Self::Body => {}
        }
        mac.update(&delivery.body);
    }
}

/// How deliveries are proven.
#[derive(Debug, Clone, Copy)]
pub struct SigningSettings {
    /// The bytes that are signed.
    pub base_string: BaseString,
    /// Seconds between signing and arrival that are let pass.
    pub tolerance: Timestamp,
    /// Whether what was signed up to [`LATEST`] ago is let pass, too: an event is taken once, so a repeated one changes
    /// nothing.
    pub accepts_late: bool,
}

/// The secret that signed a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The environment whose events it signs.
    pub environment: &'static str,
    /// Its place among the secrets of that environment: the current one is first.
    pub index: usize,
}

/// How old a delivery with a correct signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Within the tolerance.
    Fresh,
    /// Outside the tolerance, and accepted as a late delivery.
    Late,
    /// Too old.
    Stale,
    /// From the future.
    Ahead,
}

/// The refusal of a delivery without a time.
pub(super) const NOT_A_TIME: Failure =
    Failure::Unauthorized("webhook_timestamp", "Peeker-Timestamp must be a time in Unix seconds.");

impl SigningSettings {
    /// The secret that signed `delivery`, however long ago; `None` when none did. Of two that did, the earlier one: a
    /// sender that signs with both needs the previous one no longer.
    ///
    /// # Errors
    /// `401` for a header without signatures.
    pub fn verify(self, delivery: &Delivery, secrets: &[SigningSecret]) -> Result<Option<Proof>, Failure> {
        let candidates = signatures_of(&delivery.signature)?;
        let mut proven = None;
        for (place, known) in secrets.iter().enumerate() {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(known.secret.expose().as_bytes()) else {
                continue;
            };
            self.base_string.feed(&mut mac, delivery);
            let expected = mac.finalize().into_bytes();
            // Every pair is compared, so that the time taken does not reveal which secret or entry matched.
            for candidate in &candidates {
                if bool::from(expected.as_slice().ct_eq(candidate)) {
                    proven = proven.or(Some(place));
                }
            }
        }
        Ok(proven.and_then(|place| proof(secrets, place)))
    }

    /// How old a delivery is at `now`. Look at it only once the signature is known to be right: an old delivery that
    /// upstream signed is something else than an old one that anybody made.
    ///
    /// # Errors
    /// `401` if the timestamp is not a time.
    pub fn age(self, timestamp: &str, now: Timestamp) -> Result<Age, Failure> {
        let digits = !timestamp.is_empty() && timestamp.bytes().all(|b| b.is_ascii_digit());
        let signed_at = timestamp.parse::<u64>().ok().filter(|at| digits && *at > 0);
        let Some(signed_at) = signed_at else {
            return Err(NOT_A_TIME);
        };
        let seconds = |time: Timestamp| u64::try_from(time).unwrap_or(0);
        let now = seconds(now);
        Ok(match now.checked_sub(signed_at) {
            _ if now.abs_diff(signed_at) <= seconds(self.tolerance) => Age::Fresh,
            Some(age) if self.accepts_late && age <= seconds(LATEST) => Age::Late,
            Some(_) => Age::Stale,
            None => Age::Ahead,
        })
    }
}

/// The secret at `place`, as a proof.
fn proof(secrets: &[SigningSecret], place: usize) -> Option<Proof> {
    let environment = secrets.get(place)?.environment;
    let index = secrets.iter().take(place).filter(|known| known.environment == environment).count();
    Some(Proof { environment, index })
}

/// The `v1=` entries, decoded. Other versions are ignored; a header without any of ours proves nothing.
fn signatures_of(header: &str) -> Result<Vec<[u8; 32]>, Failure> {
    let candidates: Vec<[u8; 32]> = header
        .split([',', ' '])
        .filter_map(|entry| entry.trim().strip_prefix("v1="))
        .filter_map(decode_hex)
        .take(MAX_SIGNATURES)
        .collect();
    if candidates.is_empty() {
        return Err(Failure::Unauthorized("webhook_signature", "Peeker-Signature has no v1= entry of 64 hex digits."));
    }
    Ok(candidates)
}

/// The bytes of exactly 64 hexadecimal digits of either case.
fn decode_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}
