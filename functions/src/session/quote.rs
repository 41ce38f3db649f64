//! Quotes as signed tokens: what a customer was told, provable when the order comes.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::secret::SessionKey;
use crate::session::token;
use serde::{Deserialize, Serialize};
use shared::ids::SessionId;
use shared::quote::{Quote, SignedQuote};

/// The audience of a quote: a session token is no quote, and a quote opens nothing.
const AUDIENCE: &str = "peeker-checkout/quote";
/// Seconds that a quote holds: long enough to read it, short enough that prices hardly move.
pub const LIFETIME: Timestamp = 10 * 60;

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    jti: SessionId,
    exp: Timestamp,
    quote: Quote,
}

/// Signs `quote` for `session`.
///
/// # Errors
/// [`Failure::Internal`] when there is no key to sign with.
pub fn sign(quote: Quote, session: &SessionId, keys: &[SessionKey], now: Timestamp) -> Result<SignedQuote, Failure> {
    let exp = now.saturating_add(LIFETIME);
    let claims = Claims { aud: AUDIENCE.to_owned(), jti: session.clone(), exp, quote };
    let payload = serde_json::to_vec(&claims).map_err(|_| Failure::Internal("a quote is not JSON".into()))?;
    let token = keys.first().and_then(|key| token::sign(&payload, key));
    let token = token.ok_or(Failure::Internal("there is no session key".into()))?;
    Ok(SignedQuote::new(claims.quote, crate::clock::to_iso(exp), token))
}

/// What a quote's token proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// What the customer was told.
    pub quote: Quote,
    /// Whether it still holds.
    pub expired: bool,
}

/// Reads the quote that came back with an order of `session`.
///
/// # Errors
/// `400 quote_invalid` when it is not ours, or another session's.
pub fn read(text: &str, session: &SessionId, keys: &[SessionKey], now: Timestamp) -> Result<Quoted, Failure> {
    let claims: Option<Claims> = token::verify(text, keys).ok().and_then(|(payload, _)| token::object(&payload));
    match claims {
        Some(claims) if claims.aud == AUDIENCE && claims.jti == *session => {
            Ok(Quoted { expired: claims.exp <= now, quote: claims.quote })
        }
        _ => Err(Failure::bad_field("quote_invalid", "quote", "This is no quote of this session. Ask for a new one.")),
    }
}
