//! Mints a session for partners that would rather call us than sign a JWT themselves.

use crate::clock::{Random, Timestamp};
use crate::failure::Failure;
use crate::http::fields::{Fields, refuse_if_any};
use crate::secret::SessionKey;
use crate::secrets::StageKind;
use crate::session::claims::{MAX_LIFETIME, MintedClaims};
use crate::session::grant::Grant;
use crate::session::token;
use serde_json::{Map, Value};
use shared::answers::MintedSession;
use shared::ids::SessionId;

/// Life of a session when the call names none: long enough to pick twenty domains.
pub const DEFAULT_LIFETIME: Timestamp = 30 * 60;
/// Shortest life: below it a token may end on its way to the page.
pub const MIN_LIFETIME: Timestamp = 60;

/// A session that was asked for, read and checked.
#[derive(Debug)]
pub struct SessionRequest {
    grant: Grant,
    lifetime: Timestamp,
}

impl SessionRequest {
    /// Reads the body of `POST /v1/sessions`.
    ///
    /// # Errors
    /// `400` with everything that is wrong.
    pub fn read(body: Map<String, Value>) -> Result<Self, Failure> {
        let mut findings = Vec::new();
        let mut fields = Fields::new(body, "", &mut findings);
        let grant = Grant::read(&mut fields, "customer");
        let lifetime = match fields.optional_u64("ttl_seconds").map(i64::try_from) {
            None => DEFAULT_LIFETIME,
            Some(Ok(seconds)) if (MIN_LIFETIME..=MAX_LIFETIME).contains(&seconds) => seconds,
            Some(_) => {
                fields.blame("ttl_seconds", "out_of_range", "A session lives from 60 seconds to 86,400 (24 hours).");
                DEFAULT_LIFETIME
            }
        };
        fields.finish();
        refuse_if_any(findings)?;
        let grant = grant.ok_or(Failure::Internal("a session request without findings is incomplete".into()))?;
        Ok(Self { grant, lifetime })
    }

    /// Signs the session's token for a stage of this kind.
    ///
    /// # Errors
    /// [`Failure::Internal`] when there is no key or no randomness.
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
        let claims = MintedClaims::of(&self.grant, &id, stage, now, expires_at);
        let payload = serde_json::to_vec(&claims).map_err(|_| Failure::Internal("claims are not JSON".into()))?;
        let token = token::sign(&payload, key).ok_or(Failure::Internal("the session key cannot sign".into()))?;
        Ok(MintedSession { id: id.to_string(), token, expires_at: crate::clock::to_iso(expires_at) })
    }
}
