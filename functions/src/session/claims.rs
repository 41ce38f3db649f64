//! What a token grants: who may place one order, under which plan, from which pages, until when.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::session::token::object;
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use shared::customer::is_customer;
use shared::ids::SessionId;
use shared::plan::PlanChoice;

/// The audience that a token must name.
pub const AUDIENCE: &str = "peeker-checkout";
/// Seconds by which the partner's clock may be ahead of ours.
pub const CLOCK_SKEW: Timestamp = 60;
/// Longest life of a session: what is stolen from a page should not last.
pub const MAX_LIFETIME: Timestamp = 24 * 60 * 60;

/// The claims as they stand in a token. Unknown ones are ignored: partners may add their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Who minted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// `peeker-checkout`, alone or in a list.
    pub aud: Value,
    /// The customer.
    pub sub: String,
    /// The session's id.
    pub jti: SessionId,
    /// When it was minted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// When it is valid from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// When it ends.
    pub exp: i64,
    /// What may be ordered.
    pub plan: PlanChoice,
    /// Where inboxes are connected to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequencer: Option<Sequencer>,
    /// Pages that may use it; absent means those of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<String>>,
    /// The most that the order may cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_total_cents: Option<u64>,
}

/// The Smartlead client that the inboxes of this customer belong to; absent or `null` means the partner's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequencer {
    /// Smartlead's number.
    #[serde(default)]
    pub client_id: Option<u64>,
}

/// A session that was proven and is valid now.
#[derive(Debug, Clone)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// An e-mail address or upstream's `usr_…`.
    pub customer: String,
    /// What may be ordered.
    pub plan: PlanChoice,
    /// The Smartlead client, when one was named.
    pub client_id: Option<u64>,
    /// Pages that may use it.
    pub origins: Option<Vec<String>>,
    /// The most that the order may cost.
    pub max_total_cents: Option<u64>,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Session {
    /// Reads proven claims and checks that they hold `now`.
    ///
    /// # Errors
    /// `401` with the code that tells which claim fails.
    pub fn from_payload(payload: &[u8], now: Timestamp) -> Result<Self, Failure> {
        let claims: Claims = object(payload).ok_or(Failure::Unauthorized(
            "session_claims",
            "The session token lacks claims: it needs aud, sub, jti, exp and a plan.",
        ))?;
        claims.check(now)?;
        Ok(Self {
            id: claims.jti,
            customer: claims.sub,
            plan: claims.plan,
            client_id: claims.sequencer.and_then(|sequencer| sequencer.client_id),
            origins: claims.origins,
            max_total_cents: claims.max_total_cents,
            expires_at: claims.exp,
        })
    }
}

impl Claims {
    fn check(&self, now: Timestamp) -> Result<(), Failure> {
        let refuse = |code, message| Err(Failure::Unauthorized(code, message));
        let meant_for_us = match &self.aud {
            Value::String(audience) => audience == AUDIENCE,
            Value::Array(audiences) => audiences.iter().any(|audience| audience == AUDIENCE),
            _ => false,
        };
        if !meant_for_us {
            return refuse("session_audience", "The session token is meant for another service.");
        }
        if self.exp <= now {
            return refuse("session_expired", "The session has ended. Reload the page for a new one.");
        }
        let latest = now.saturating_add(CLOCK_SKEW);
        let starts = self.nbf.unwrap_or(i64::MIN).max(self.iat.unwrap_or(i64::MIN));
        if starts > latest {
            return refuse("session_not_yet_valid", "The session token is dated in the future.");
        }
        if self.exp > latest.saturating_add(MAX_LIFETIME) {
            return refuse("session_too_long", "The session token lives longer than 24 hours. Mint a shorter one.");
        }
        if !is_customer(&self.sub) || !is_orderable(&self.plan) {
            return refuse("session_claims", "The session token names no usable customer or plan.");
        }
        Ok(())
    }
}

fn is_orderable(plan: &PlanChoice) -> bool {
    match plan {
        PlanChoice::Bundle(_) => true,
        PlanChoice::Custom(licences) => licences.required_domains().is_ok(),
    }
}
