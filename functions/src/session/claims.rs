//! The claims of a session token: which are needed, when they hold, and what each refusal says.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::http::fields::Fields;
use crate::http::json;
use crate::secrets::StageKind;
use crate::session::grant::Grant;
use serde::Serialize;
use serde_json::{Number, Value};
use shared::customer::customer_key;
use shared::ids::SessionId;
use shared::lenient_json;
use shared::plan::PlanChoice;
use shared::problem::Problem;

/// Seconds by which the partner's clock may be ahead of ours.
pub const CLOCK_SKEW: Timestamp = 60;
/// Longest life of a session: what is stolen from a page should not last.
pub const MAX_LIFETIME: Timestamp = 24 * 60 * 60;

/// The audience that a session token names: a token for the test stage does not open the live one.
pub const fn audience(stage: StageKind) -> &'static str {
    match stage {
        StageKind::Test => "peeker-checkout/test",
        StageKind::Live => "peeker-checkout/live",
    }
}

/// A session that was proven and is valid now.
#[derive(Debug, Clone)]
pub struct Session {
    /// The session's id, the token's `jti`.
    pub id: SessionId,
    /// The customer's key in our table: the token's `sub` in lower case.
    pub customer: String,
    /// The token's `sub` as it was given, which is what upstream gets.
    pub user: String,
    /// What may be ordered; `None`: the session may look, not order.
    pub plan: Option<PlanChoice>,
    /// The Smartlead client, when one was named.
    pub client_id: Option<u64>,
    /// Pages that may use it.
    pub origins: Option<Vec<String>>,
    /// Upper bound of what the domains may cost upstream, in cents.
    pub max_total_cents: Option<u64>,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Session {
    /// Reads proven claims and checks that they hold `now` on a stage of this kind.
    ///
    /// # Errors
    /// `401` with the code that says which check failed; `session_claims` lists every claim that is wrong.
    pub fn from_payload(payload: &[u8], stage: StageKind, now: Timestamp) -> Result<Self, Failure> {
        let Ok((Value::Object(claims), doubled)) = json::read(payload) else {
            return Err(unreadable(payload));
        };
        // Of a claim that is there twice, the partner's own checks may have seen the other one.
        if let Some(problem) = Problem::from_findings(doubled) {
            return Err(unusable(problem));
        }
        if !is_meant_for(claims.get("aud"), audience(stage)) {
            let message = format!("The session token is for another service. Set its aud to \"{}\".", audience(stage));
            return Err(Failure::token(Problem::new("session_audience", message).at("aud")));
        }
        let mut findings = Vec::new();
        let mut fields = Fields::of_claims(claims, &mut findings);
        let id = fields.required_string("jti").and_then(|text| {
            let id = SessionId::parse(text);
            if id.is_none() {
                fields.blame(
                    "jti",
                    "id_invalid",
                    "jti must have 1 to 128 visible ASCII characters without # / ? % \" \\.",
                );
            }
            id
        });
        let [exp, iat, nbf] = ["exp", "iat", "nbf"].map(|claim| read_time(&mut fields, claim));
        if exp.is_none() && fields.is_clean() {
            fields.blame("exp", "missing_field", "Add exp: when the session ends, in seconds since 1970.");
        }
        let grant = Grant::read(&mut fields, "sub");
        fields.finish();
        if let Some(problem) = Problem::from_findings(findings) {
            return Err(unusable(problem));
        }
        let (Some(id), Some(exp), Some(grant)) = (id, exp, grant) else {
            return Err(Failure::Internal("claims without findings are incomplete".into()));
        };
        check_times(exp, iat, nbf, now)?;
        let Grant { user, plan, client_id, origins, max_total_cents } = grant;
        let customer = customer_key(&user);
        Ok(Self { id, customer, user, plan, client_id, origins, max_total_cents, expires_at: exp })
    }

    /// The plan, for calls that need one.
    ///
    /// # Errors
    /// `403 session_without_plan`.
    pub fn plan(&self) -> Result<&PlanChoice, Failure> {
        self.plan.as_ref().ok_or(Failure::Forbidden(
            "session_without_plan",
            "This session shows orders. To place one, open a page that offers a plan.",
        ))
    }
}

/// A token with claims that cannot be used.
fn unusable(problem: Problem) -> Failure {
    let message = format!("The session token cannot be used: {}", problem.message);
    Failure::token(Problem { code: "session_claims".into(), message, ..problem })
}

/// `aud` is a string, or a list in which one string fits (RFC 7519, 4.1.3).
fn is_meant_for(aud: Option<&Value>, expected: &str) -> bool {
    match aud {
        Some(Value::String(audience)) => audience == expected,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience == expected),
        _ => false,
    }
}

/// A `NumericDate` (RFC 7519, 2): seconds since 1970, which may have a fraction.
fn read_time(fields: &mut Fields<'_>, claim: &str) -> Option<Timestamp> {
    let value = fields.take(claim)?;
    let time = value.as_number().and_then(seconds_of);
    if time.is_none() {
        fields.blame(claim, "wrong_type", format!("{claim} must be a number: seconds since 1970."));
    }
    time
}

/// The whole seconds of a number; one beyond all calendars counts as the last second.
fn seconds_of(number: &Number) -> Option<Timestamp> {
    number.as_i64().or_else(|| {
        let seconds = number.as_f64().filter(|seconds| seconds.is_finite())?;
        /// Beyond year 9999 all times are equally far away, and their digits still fit.
        const FAR: f64 = 1e15;
        format!("{:.0}", seconds.floor().clamp(-FAR, FAR)).parse().ok()
    })
}

fn check_times(exp: Timestamp, iat: Option<Timestamp>, nbf: Option<Timestamp>, now: Timestamp) -> Result<(), Failure> {
    let refuse = |code, claim, message: String| Err(Failure::token(Problem::new(code, message).at(claim)));
    if exp <= now {
        let message = "The session has ended. Reload the page for a new one.";
        return refuse("session_expired", "exp", message.to_owned());
    }
    let latest = now.saturating_add(CLOCK_SKEW);
    for (claim, at) in [("nbf", nbf), ("iat", iat)] {
        if let Some(ahead) = at.map(|at| at.saturating_sub(now)).filter(|ahead| *ahead > CLOCK_SKEW) {
            let message = format!(
                "The session token is dated in the future: {claim} is {ahead} seconds ahead of our clock. Set it to the \
                 present time, or correct the clock of your server."
            );
            return refuse("session_not_yet_valid", claim, message);
        }
    }
    if exp > latest.saturating_add(MAX_LIFETIME) {
        let message = "The session token lives longer than 24 hours. Set exp to at most 86,400 seconds from now.";
        return refuse("session_too_long", "exp", message.to_owned());
    }
    Ok(())
}

/// The refusal of a payload that is no JSON object; a time that no number can hold is named.
fn unreadable(payload: &[u8]) -> Failure {
    let read = lenient_json::read(payload).map(|reading| reading.value);
    // What no number can hold is read as text.
    let is_number = |text: &str| text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let is_beyond = |claim: &&str| {
        let value = read.as_ref().and_then(|claims| claims.get(claim)).and_then(Value::as_str);
        value.is_some_and(is_number)
    };
    match ["exp", "iat", "nbf"].into_iter().find(is_beyond) {
        Some(claim) => {
            let message =
                format!("The session token cannot be used: {claim} is too large. Give it in seconds since 1970.");
            Failure::token(Problem::new("session_claims", message).at(claim))
        }
        None => Failure::Unauthorized("session_claims", "The payload of the session token is not a JSON object."),
    }
}

/// The claims of a token that we mint.
#[derive(Debug, Serialize)]
pub(super) struct MintedClaims<'m> {
    iss: &'static str,
    aud: &'static str,
    sub: &'m str,
    jti: &'m SessionId,
    iat: Timestamp,
    exp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'m PlanChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequencer: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origins: Option<&'m [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_total_cents: Option<u64>,
}

impl<'m> MintedClaims<'m> {
    /// The claims that say what `grant` grants, from `now` to `exp`.
    pub(super) fn of(grant: &'m Grant, jti: &'m SessionId, stage: StageKind, now: Timestamp, exp: Timestamp) -> Self {
        Self {
            iss: "peeker-checkout",
            aud: audience(stage),
            sub: &grant.user,
            jti,
            iat: now,
            exp,
            plan: grant.plan.as_ref(),
            sequencer: grant.client_id.map(|client_id| serde_json::json!({ "client_id": client_id })),
            origins: grant.origins.as_deref(),
            max_total_cents: grant.max_total_cents,
        }
    }
}
