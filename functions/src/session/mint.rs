//! Mints a session for partners that would rather call us than sign a JWT themselves.

use crate::clock::{Random, Timestamp};
use crate::failure::Failure;
use crate::http::fields::{Fields, refuse_if_any};
use crate::secret::SessionKey;
use crate::secrets::StageKind;
use crate::session::approval_policy::ApprovalPolicy;
use crate::session::claims::MintedClaims;
use crate::session::{sealed, token};
use serde_json::{Map, Value};
use shared::answers::MintedSession;
use shared::ids::SessionId;
use shared::session_grant::grant::Grant;
use shared::session_grant::new_session::{MAX_TOKEN_LENGTH, NewSession, TOKEN_TOO_LONG};

/// A requested session, parsed and validated.
#[derive(Debug)]
pub struct SessionRequest {
    grant: Grant,
    lifetime: Timestamp,
}

impl SessionRequest {
    /// Reads the body of `POST /v1/sessions`.
    ///
    /// # Errors
    /// `400` with everything that is wrong, also with what cannot be granted on a stage of this `policy`.
    pub fn read(body: Map<String, Value>, policy: ApprovalPolicy) -> Result<Self, Failure> {
        let mut findings = Vec::new();
        let mut fields = Fields::new(body, "", &mut findings);
        let read = NewSession::read(&mut fields);
        if let Some(Err(problem)) = read.as_ref().map(|read| policy.of(read.grant.approval)) {
            fields.add_finding("approval", "approval_impossible", problem);
        }
        fields.finish();
        refuse_if_any(findings)?;
        let read = read.ok_or(Failure::Internal("a session request without findings is incomplete".into()))?;
        Ok(Self { grant: read.grant, lifetime: read.lifetime })
    }

    /// Signs the session's token for a stage of this kind.
    ///
    /// # Errors
    /// `400 session_too_large` when the token would be longer than a token may be.
    /// [`Failure::Internal`] without a key or randomness.
    pub fn mint(
        &self,
        keys: &[SessionKey],
        stage: StageKind,
        now: Timestamp,
        random: &Random,
    ) -> Result<MintedSession, Failure> {
        let key = keys.first().ok_or(Failure::Internal("there is no session key".into()))?;
        let id = random.id("ses_").and_then(SessionId::parse).ok_or(Failure::Internal("no randomness".into()))?;
        let expires_at = now.saturating_add(self.lifetime);
        let hidden = self.hidden()?;
        let sealed = match hidden.is_empty() {
            true => None,
            false => Some(sealed::seal(&hidden, &id, key, random)?),
        };
        let claims = MintedClaims::of(&self.grant, &id, stage, (now, expires_at), sealed);
        let payload = serde_json::to_vec(&claims).map_err(|_| Failure::Internal("claims are not JSON".into()))?;
        let token = token::sign(&payload, key).ok_or(Failure::Internal("the session key cannot sign".into()))?;
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(too_large());
        }
        Ok(MintedSession { id: id.to_string(), token, expires_at: crate::clock::to_iso(expires_at) })
    }

    /// The claims that the customer must not read.
    fn hidden(&self) -> Result<Map<String, Value>, Failure> {
        let mut hidden = Map::new();
        if let Some(pricing) = &self.grant.pricing {
            let pricing = serde_json::to_value(pricing);
            hidden.insert("pricing".to_owned(), pricing.map_err(|_| Failure::Internal("prices are not JSON".into()))?);
        }
        let labels = &self.grant.labels;
        if let Some(reference) = &labels.reference {
            hidden.insert("reference".to_owned(), Value::from(reference.as_str()));
        }
        if !labels.metadata.is_empty() {
            let pairs = labels.metadata.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
            hidden.insert("metadata".to_owned(), Value::Object(pairs.collect()));
        }
        Ok(hidden)
    }
}

/// The error for a session whose token is too long for a header.
pub fn too_large() -> Failure {
    Failure::bad_request("session_too_large", TOKEN_TOO_LONG)
}
