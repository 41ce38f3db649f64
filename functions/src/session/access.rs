//! Who calls: a customer with a session token, or the partner with its key.

use crate::clock::Clock;
use crate::failure::Failure;
use crate::http::cors::origin_of;
use crate::secrets::StageKind;
use crate::session::claims::Session;
use crate::session::token::{self, TokenProblem};
use crate::vault::{Vault, note_use};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

/// What calls are checked with.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Holds the session and partner keys.
    pub vault: Vault,
    /// Decides whether a session has ended.
    pub clock: Clock,
    /// The kind of stage, which the audience of a session token names.
    pub stage: StageKind,
}

impl Keys {
    /// The session that `token` proves.
    ///
    /// # Errors
    /// `401` with a code that tells which check failed.
    pub async fn session(&self, token: &str) -> Result<Session, Failure> {
        let proven = match token::verify(token, &self.vault.secrets().session) {
            // The key may be newer than what was read at start.
            Err(TokenProblem::UnknownKey | TokenProblem::Signature) if self.vault.refresh().await => {
                token::verify(token, &self.vault.secrets().session)
            }
            proven => proven,
        };
        let (payload, index) = proven.map_err(refused)?;
        let session = Session::from_payload(&payload, self.stage, self.clock.now())?;
        note_use(index, "session_key");
        Ok(session)
    }

    /// Whether `key` is the partner's.
    pub async fn is_partner(&self, key: &str) -> bool {
        self.knows(key) || (self.vault.refresh().await && self.knows(key))
    }

    fn knows(&self, key: &str) -> bool {
        let secrets = self.vault.secrets();
        // Every key is compared, so that the time taken does not tell which one came close.
        let found = secrets
            .partner
            .iter()
            .enumerate()
            .fold(None, |found, (index, secret)| if secret.matches(key) { Some(index) } else { found });
        found.inspect(|index| note_use(*index, "partner_key")).is_some()
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

/// A customer whose session has a plan. It is asked for before the body is read.
#[derive(Debug, Clone)]
pub struct Buyer(pub Session);

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

async fn customer_of(parts: &Parts, keys: &Keys) -> Result<Session, Failure> {
    let session = keys.session(bearer(parts).ok_or(MISSING)?).await?;
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
        customer_of(parts, &Keys::from_ref(state)).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Buyer
where
    Keys: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let session = customer_of(parts, &Keys::from_ref(state)).await?;
        session.plan()?;
        Ok(Self(session))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Partner
where
    Keys: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match bearer(parts) {
            Some(key) if Keys::from_ref(state).is_partner(key).await => Ok(Self),
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
        match bearer(parts) {
            // Tokens have two dots, keys have none: neither is tried as the other.
            Some(key) if !key.contains('.') => match keys.is_partner(key).await {
                true => Ok(Self::Partner),
                false => Err(Failure::Unauthorized(
                    "session_malformed",
                    "This is neither a session token nor the partner key.",
                )),
            },
            _ => customer_of(parts, &keys).await.map(|session| Self::Customer(Box::new(session))),
        }
    }
}
