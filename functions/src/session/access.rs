//! Who calls: a customer with a session token, or the partner with its key.

use crate::clock::Clock;
use crate::failure::Failure;
use crate::http::cors::origin_of;
use crate::secret::{Secret, SessionKey};
use crate::session::claims::Session;
use crate::session::token::{self, TokenProblem};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use std::sync::Arc;

/// The keys that calls are judged by. The first of each list is current, the others are being rotated out.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Sign session tokens.
    pub session: Arc<Vec<SessionKey>>,
    /// Open the partner's own routes.
    pub partner: Arc<Vec<Secret>>,
    /// Judges expiry.
    pub clock: Clock,
}

impl Keys {
    /// The session that `token` proves.
    ///
    /// # Errors
    /// `401` with a code that tells which check failed.
    pub fn session(&self, token: &str) -> Result<Session, Failure> {
        let payload = token::verify(token, &self.session).map_err(refused)?;
        Session::from_payload(&payload, self.clock.now())
    }

    /// Whether `key` is the partner's.
    pub fn is_partner(&self, key: &str) -> bool {
        // Every key is compared, so that the time taken does not tell which one came close.
        self.partner.iter().fold(false, |known, secret| known | secret.matches(key))
    }
}

fn refused(problem: TokenProblem) -> Failure {
    let (code, message) = match problem {
        TokenProblem::Malformed => ("session_malformed", "The session token is not a JWT."),
        TokenProblem::Algorithm => ("session_algorithm", "The session token must be signed with HS256."),
        TokenProblem::UnknownKey => ("session_unknown_key", "The session token names a key that is not known here."),
        TokenProblem::Signature => ("session_signature", "The session token was not signed with our key."),
    };
    Failure::Unauthorized(code, message)
}

/// A customer with a valid session, on a page that may use it.
#[derive(Debug, Clone)]
pub struct Customer(pub Session);

/// The partner's backend.
#[derive(Debug, Clone, Copy)]
pub struct Partner;

/// Either of them.
#[derive(Debug, Clone)]
pub enum Access {
    /// Reads everything of the partner's.
    Partner,
    /// Reads what belongs to the session.
    Customer(Box<Session>),
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| credentials.trim())
}

const MISSING: Failure =
    Failure::Unauthorized("session_missing", "Send the session token as Authorization: Bearer <token>.");

fn customer_of(parts: &Parts, keys: &Keys) -> Result<Session, Failure> {
    let session = keys.session(bearer(parts).ok_or(MISSING)?)?;
    match (&session.origins, origin_of(&parts.headers)) {
        (Some(allowed), Some(origin)) if !allowed.iter().any(|known| known == origin) => Err(Failure::OriginNotAllowed),
        _ => Ok(session),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Customer
where
    Keys: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        customer_of(parts, &Keys::from_ref(state)).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Partner
where
    Keys: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match bearer(parts) {
            Some(key) if Keys::from_ref(state).is_partner(key) => Ok(Self),
            Some(_) => Err(Failure::Unauthorized("partner_key_wrong", "The partner key is not the right one.")),
            None => Err(Failure::Unauthorized(
                "partner_key_missing",
                "Send the partner key as Authorization: Bearer <key>.",
            )),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Access
where
    Keys: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let keys = Keys::from_ref(state);
        if bearer(parts).is_some_and(|key| keys.is_partner(key)) {
            return Ok(Self::Partner);
        }
        customer_of(parts, &keys).map(|session| Self::Customer(Box::new(session)))
    }
}
