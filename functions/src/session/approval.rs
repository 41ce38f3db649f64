//! The partner's approval as a token that comes with an order.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::http::json;
use crate::model::approval::{Amount, Approval};
use crate::secret::SessionKey;
use crate::session::claims::{is_meant_for, seconds_of};
use crate::session::token::{self, TokenProblem};
use serde::Serialize;
use serde_json::Value;
use shared::ids::{ApprovalId, QuoteId, SessionId};
use shared::problem::{Details, Problem};

/// The audience of an approval: a session token approves nothing, and an approval opens nothing.
const AUDIENCE: &str = "peeker-checkout/approval";
/// Seconds that an approval may live: a payment is not held for longer.
pub const MAX_LIFETIME: Timestamp = 60 * 60;
/// Seconds by which the clock of the partner may be ahead of ours, so that an approval of exactly one hour is accepted.
const CLOCK_TOLERANCE: Timestamp = 30;

/// What an approval has to be for.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// The session that orders.
    pub session: &'e SessionId,
    /// The quote that comes with the order.
    pub quote: &'e QuoteId,
    /// What the customer pays; `None` where no amounts are shown.
    pub amount: Option<&'e Amount>,
}

/// The claims of an approval that we sign.
#[derive(Serialize)]
struct Claims<'c> {
    aud: &'static str,
    jti: &'c ApprovalId,
    exp: Timestamp,
    session: &'c SessionId,
    quote: &'c QuoteId,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_cents: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'c str>,
}

/// Signs an approval for `session`.
///
/// # Errors
/// [`Failure::Internal`] when there is no key to sign with.
pub fn sign(approval: &Approval, session: &SessionId, keys: &[SessionKey]) -> Result<String, Failure> {
    let amount = approval.amount.as_ref();
    let claims = Claims {
        aud: AUDIENCE,
        jti: &approval.id,
        exp: approval.expires_at,
        session,
        quote: &approval.quote,
        amount_cents: amount.map(|amount| amount.cents),
        currency: amount.map(|amount| amount.currency.as_str()),
    };
    let payload = serde_json::to_vec(&claims).map_err(|_| Failure::Internal("an approval is not JSON".into()))?;
    let signed = keys.first().and_then(|key| token::sign(&payload, key));
    signed.ok_or(Failure::Internal("there is no session key".into()))
}

/// The approval that `text` proves, if it is for what is `expected` `now`.
///
/// # Errors
/// `402 approval_invalid` with the claim that is wrong; `signature` when no key of ours has signed it.
pub fn read(text: &str, expected: Expected<'_>, keys: &[SessionKey], now: Timestamp) -> Result<Approval, Failure> {
    let (payload, _) = token::verify(text, keys).map_err(unproven)?;
    let Ok((Value::Object(claims), doubled)) = json::read(&payload) else {
        return Err(wrong("payload", "The payload of the approval is not a JSON object."));
    };
    if let Some(twice) = doubled.first() {
        return Err(wrong(&twice.field, "A claim of the approval is there twice."));
    }
    if !is_meant_for(claims.get("aud"), AUDIENCE) {
        return Err(wrong("aud", "The aud of an approval is peeker-checkout/approval."));
    }
    let text_of = |claim: &str| claims.get(claim).and_then(Value::as_str);
    let Some(id) = text_of("jti").and_then(ApprovalId::parse) else {
        return Err(wrong(
            "jti",
            "The jti of an approval has 1 to 128 visible ASCII characters without # / ? % \" \\.",
        ));
    };
    let exp = claims.get("exp").and_then(Value::as_number).and_then(seconds_of);
    let Some(exp) = exp else {
        return Err(wrong("exp", "The exp of an approval is a number: seconds since 1970."));
    };
    if exp <= now {
        return Err(wrong("exp", "The approval has expired."));
    }
    if exp > now.saturating_add(MAX_LIFETIME).saturating_add(CLOCK_TOLERANCE) {
        return Err(wrong("exp", "An approval lives for 60 minutes at most."));
    }
    if let Some(nbf) = claims.get("nbf").filter(|nbf| !nbf.is_null()) {
        let Some(nbf) = nbf.as_number().and_then(seconds_of) else {
            return Err(wrong("nbf", "The nbf of an approval is a number: seconds since 1970."));
        };
        if nbf > now.saturating_add(CLOCK_TOLERANCE) {
            return Err(wrong("nbf", "The approval is not valid yet."));
        }
    }
    if text_of("session") != Some(expected.session.as_str()) {
        return Err(wrong("session", "The approval is for another session."));
    }
    if text_of("quote") != Some(expected.quote.as_str()) {
        return Err(wrong("quote", "The approval is for another quote."));
    }
    let given = |claim: &str| claims.get(claim).filter(|value| !value.is_null());
    if given("amount_cents").map(whole_cents) != expected.amount.map(|amount| amount.cents.into()) {
        return Err(wrong("amount_cents", "The approval is for another amount."));
    }
    if given("currency") != expected.amount.map(|amount| Value::from(amount.currency.as_str())).as_ref() {
        return Err(wrong("currency", "The approval is for another currency."));
    }
    Ok(Approval { id, quote: expected.quote.clone(), amount: expected.amount.cloned(), expires_at: exp })
}

/// An amount as a whole number, which some libraries write with a fraction of zero.
pub fn whole_cents(value: &Value) -> Value {
    let whole =
        value.as_f64().filter(|cents| cents.fract() == 0.0).and_then(|cents| format!("{cents:.0}").parse().ok());
    value.as_u64().or(whole).map_or_else(|| value.clone(), Value::from)
}

/// Whether a key that is newer than ours may have signed it.
pub fn may_be_newer(failure: &Failure) -> bool {
    matches!(failure, Failure::PaymentRequired(problem) if problem.details.claim.as_deref() == Some("signature"))
}

fn unproven(problem: TokenProblem) -> Failure {
    match problem {
        TokenProblem::Malformed => wrong("payload", "The approval is not a JWT."),
        TokenProblem::TooLong => wrong("payload", "The approval has more than 8,192 characters."),
        TokenProblem::Algorithm => wrong("alg", "The approval must be signed with HS256."),
        TokenProblem::UnknownKey | TokenProblem::Signature => {
            wrong("signature", "The approval was not signed with the session key.")
        }
    }
}

/// The refusal of an approval because of one of its claims.
pub fn wrong(claim: &str, message: &str) -> Failure {
    let message = format!("{message} Nothing was ordered.");
    let details = Details { claim: Some(claim.to_owned()), ..Details::default() };
    let problem = Problem::new("approval_invalid", message).at("approval");
    Failure::PaymentRequired(Box::new(Problem { details, ..problem }))
}
