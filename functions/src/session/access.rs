//! The caller of a request: a customer with a session token, or the partner with its key.

use crate::clock::Clock;
use crate::failure::Failure;
use crate::http::cors::origin_of;
use crate::http::describe::can_refuse;
use crate::secret_store::{SecretStore, note_use};
use crate::session::claims::{self, Session, WITHOUT_PLAN, unusable};
use crate::session::stage_terms::StageTerms;
use crate::session::token::{self, TokenProblem};
use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use shared::problem::Problem;

/// The keys and the clock that calls are checked with.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Holds the session and partner keys.
    pub secret_store: SecretStore,
    /// Decides whether a session has ended.
    pub clock: Clock,
    /// What the stage decides about sessions.
    pub stage: StageTerms,
}

impl Keys {
    /// The session that `token` proves.
    ///
    /// # Errors
    /// `401` with the code of the check that failed.
    pub async fn session(&self, token: &str) -> Result<Session, Failure> {
        let proven = match token::verify(token, &self.secret_store.secrets().session) {
            // The key may be newer than what was read at start.
            Err(TokenProblem::UnknownKey | TokenProblem::Signature) if self.secret_store.refresh().await => {
                token::verify(token, &self.secret_store.secrets().session)
            }
            proven => proven,
        };
        let (payload, index) = proven.map_err(refused)?;
        let keys = &self.secret_store.secrets().session;
        let session = Session::from_payload(&payload, &self.stage, keys, self.clock.now())?;
        if let Some(Err(problem)) = self.stage.approvals.map(|policy| policy.of(session.approval)) {
            return Err(unusable(Problem::new("session_claims", problem).at("approval")));
        }
        note_use(index, "session_key");
        Ok(session)
    }

    /// Whether `key` is the partner's.
    pub async fn is_partner(&self, key: &str) -> bool {
        self.knows(key) || (self.secret_store.refresh().await && self.knows(key))
    }

    fn knows(&self, key: &str) -> bool {
        let secrets = self.secret_store.secrets();
        // Every key is compared, so that the time taken does not reveal which key was close.
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
        TokenProblem::TooLong => {
            let message = "The session token has more than 8,192 characters. Shorten its metadata, origins or price list; a \
                           long price list can be the stage's default.";
            ("session_malformed", message)
        }
        TokenProblem::Algorithm => ("session_algorithm", "The session token must be signed with HS256."),
        TokenProblem::UnknownKey => ("session_unknown_key", "The session token has an unknown kid."),
        TokenProblem::Signature => ("session_signature", "The signature of the session token is invalid."),
    };
    Failure::Unauthorized(code, message)
}

/// A customer with a valid session, on a page that may use it.
#[derive(Debug, Clone)]
pub struct Customer(pub Session);

/// A customer with a plan in the session. Checked before the body is read.
#[derive(Debug, Clone)]
pub struct Buyer(pub Session);

/// The partner's backend.
#[derive(Debug, Clone, Copy)]
pub struct Partner;

/// A customer or the partner.
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
const KEY_MISSING: Failure =
    Failure::Unauthorized("partner_key_missing", "Send the partner key as Authorization: Bearer <key>.");
const KEY_WRONG: Failure =
    Failure::Unauthorized("partner_key_wrong", "The partner key is invalid. Send a partner key, not a session token.");

/// The security scheme of session tokens.
pub const SESSION_SCHEME: &str = "session";
/// The security scheme of the partner key.
pub const PARTNER_SCHEME: &str = "partner";

impl OperationInput for Customer {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        operation.tags.push("customer".to_owned());
        takes_session(ctx, operation);
    }
}

impl OperationInput for Buyer {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Customer::operation_input(ctx, operation);
        can_refuse(ctx, operation, &WITHOUT_PLAN);
    }
}

impl OperationInput for Partner {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        operation.tags.push("partner".to_owned());
        require(operation, PARTNER_SCHEME);
        for failure in [KEY_MISSING, KEY_WRONG] {
            can_refuse(ctx, operation, &failure);
        }
    }
}

impl OperationInput for Access {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        takes_session(ctx, operation);
        require(operation, PARTNER_SCHEME);
    }
}

fn takes_session(ctx: &mut GenContext, operation: &mut Operation) {
    require(operation, SESSION_SCHEME);
    use TokenProblem::{Algorithm, Malformed, Signature, UnknownKey};
    let unproven = [Malformed, Algorithm, UnknownKey, Signature].map(refused);
    for failure in [MISSING].into_iter().chain(unproven).chain(claims::refusals()) {
        can_refuse(ctx, operation, &failure);
    }
}

fn require(operation: &mut Operation, scheme: &str) {
    operation.security.push([(scheme.to_owned(), Vec::new())].into_iter().collect());
}

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
            Some(_) => Err(KEY_WRONG),
            None => Err(KEY_MISSING),
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
                    "The credential is neither a session token nor a partner key.",
                )),
            },
            _ => customer_of(parts, &keys).await.map(|session| Self::Customer(Box::new(session))),
        }
    }
}
