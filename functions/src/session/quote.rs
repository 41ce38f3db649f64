//! The token of a quote: it has the id of a stored quote, its session and its expiry, and nothing else, so that its
//! length does not depend on the number of domains.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::keys::quote_keys;
use crate::secret::SessionKey;
use crate::session::token::TokenProblem;
use crate::session::{Session, token};
use serde::{Deserialize, Serialize};
use shared::ids::{QuoteId, SessionId};

/// The audience of a quote: a session token is not a quote, and a quote opens nothing.
const AUDIENCE: &str = "peeker-checkout/quote";
/// Seconds until a quote expires: long enough to read it, short enough that prices hardly change.
pub const LIFETIME: Timestamp = 10 * 60;

#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    jti: SessionId,
    sub: String,
    quote: QuoteId,
    exp: Timestamp,
}

/// The quote that a token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedQuote {
    /// The stored quote.
    pub id: QuoteId,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Signs the token of a quote of `session`.
///
/// # Errors
/// [`Failure::Internal`] without a signing key.
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

/// Reads the token that was sent with an order of `session`.
///
/// # Errors
/// `400 quote_invalid` when it is no token of ours, or another session's.
pub fn read(text: &str, session: &Session, keys: &[SessionKey]) -> Result<NamedQuote, Failure> {
    let payload = match token::verify(text, &quote_keys(keys)) {
        Ok((payload, _)) => payload,
        Err(TokenProblem::Malformed | TokenProblem::TooLong | TokenProblem::Algorithm) => return Err(no_token()),
        Err(TokenProblem::UnknownKey | TokenProblem::Signature) => return Err(altered()),
    };
    match token::object::<Claims>(&payload) {
        Some(claims) if claims.aud != AUDIENCE => Err(no_token()),
        Some(claims) if claims.jti == session.id && claims.sub == session.customer => {
            Ok(NamedQuote { id: claims.quote, expires_at: claims.exp })
        }
        Some(_) => Err(not_yours()),
        None => Err(no_token()),
    }
}

/// The error for a quote of another session.
pub fn not_yours() -> Failure {
    invalid("The quote belongs to another session. Request a new one.")
}

/// The error for a text that is no token, such as the quote's id.
fn no_token() -> Failure {
    invalid("This is not the token of a quote. Send the token that came with the quote, not its id.")
}

/// The error for a token that none of our keys has signed as it is.
fn altered() -> Failure {
    invalid("The quote was altered, or its key is no longer used. Request a new one.")
}

fn invalid(message: &'static str) -> Failure {
    Failure::bad_field("quote_invalid", "quote", message)
}
