//! The token of a quote: it names a stored quote of one session, until when it holds, and nothing else, so that its
//! length does not depend on the number of domains.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::keys::quote_keys;
use crate::secret::SessionKey;
use crate::session::{Session, token};
use serde::{Deserialize, Serialize};
use shared::ids::{QuoteId, SessionId};

/// The audience of a quote: a session token is not a quote, and a quote opens nothing.
const AUDIENCE: &str = "peeker-checkout/quote";
/// Seconds that a quote holds: long enough to read it, short enough that prices hardly move.
pub const LIFETIME: Timestamp = 10 * 60;

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    jti: SessionId,
    sub: String,
    quote: QuoteId,
    exp: Timestamp,
}

/// Which quote a token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedQuote {
    /// The stored quote.
    pub id: QuoteId,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Signs the token of a quote of `session`.
///
/// # Errors
/// [`Failure::Internal`] when there is no key to sign with.
pub fn sign(quote: &NamedQuote, session: &Session, keys: &[SessionKey]) -> Result<String, Failure> {
    let claims = Claims {
        aud: AUDIENCE.to_owned(),
        jti: session.id.clone(),
        sub: session.customer.clone(),
        quote: quote.id.clone(),
        exp: quote.expires_at,
    };
    let payload = serde_json::to_vec(&claims).map_err(|_| Failure::Internal("a quote is not JSON".into()))?;
    let signed = quote_keys(keys).first().and_then(|key| token::sign(&payload, key));
    signed.ok_or(Failure::Internal("there is no session key".into()))
}

/// Reads the token that came back with an order of `session`.
///
/// # Errors
/// `400 quote_invalid` when it is not ours, or another session's.
pub fn read(text: &str, session: &Session, keys: &[SessionKey]) -> Result<NamedQuote, Failure> {
    let verified = token::verify(text, &quote_keys(keys)).ok();
    let claims: Option<Claims> = verified.and_then(|(payload, _)| token::object(&payload));
    match claims {
        Some(claims) if claims.aud == AUDIENCE && claims.jti == session.id && claims.sub == session.customer => {
            Ok(NamedQuote { id: claims.quote, expires_at: claims.exp })
        }
        _ => Err(Failure::bad_field(
            "quote_invalid",
            "quote",
            "This quote is not one of this session. Ask for a new one.",
        )),
    }
}
