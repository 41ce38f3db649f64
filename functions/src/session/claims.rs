//! The claims of a session token: required claims, validity, and errors.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::http::fields::Fields;
use crate::http::json;
use crate::model::approval::ApprovalMode;
use crate::secret::SessionKey;
use crate::secrets::StageKind;
use crate::session::sealed;
use crate::session::stage_terms::StageTerms;
use serde::Serialize;
use serde_json::{Map, Number, Value};
use shared::customer::customer_key;
use shared::ids::SessionId;
use shared::lenient_json;
use shared::plan::PlanChoice;
use shared::pricing::Pricing;
use shared::problem::{Finding, Problem};
use shared::session_grant::grant::Grant;
use shared::session_grant::labels::Labels;
use shared::session_grant::new_session::{AUDIENCES, MAX_LIFETIME};
use std::sync::Arc;

/// Seconds by which the partner's clock may be ahead of ours.
pub const CLOCK_SKEW: Timestamp = 60;

/// The audience that a session token names: a token for the test stage does not open the live one.
pub const fn audience(stage: StageKind) -> &'static str {
    let [test, live] = AUDIENCES;
    match stage {
        StageKind::Test => test,
        StageKind::Live => live,
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
    /// The plan that may be ordered; `None`: the session may read, not order.
    pub plan: Option<PlanChoice>,
    /// The Smartlead client, when one was named.
    pub client_id: Option<u64>,
    /// Pages that may use it.
    pub origins: Option<Vec<String>>,
    /// Upper bound of what the domains may cost upstream, in cents.
    pub max_total_cents: Option<u64>,
    /// What the customer pays and sees: the token's, or else the stage's.
    pub pricing: Arc<Pricing>,
    /// The approval that the token requires for an order.
    pub approval: ApprovalMode,
    /// What it carries for the partner and for messages.
    pub labels: Labels,
    /// When the session expires.
    pub expires_at: Timestamp,
}

impl Session {
    /// Reads proven claims and checks that they hold `now` on a stage with these `terms`. `keys` are the live keys,
    /// which open sealed claims.
    ///
    /// # Errors
    /// `401` with the code of the failed check; `session_claims` lists every invalid claim.
    pub fn from_payload(
        payload: &[u8],
        terms: &StageTerms,
        keys: &[SessionKey],
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let Ok((Value::Object(mut claims), doubled)) = json::read(payload) else {
            return Err(unreadable(payload));
        };
        // Of a claim that is there twice, the partner's own checks may have seen the other one.
        if let Some(problem) = Problem::from_findings(doubled) {
            return Err(unusable(problem));
        }
        if !is_meant_for(claims.get("aud"), audience(terms.kind)) {
            let expected = audience(terms.kind);
            let message = format!("The session token has the wrong aud. Set it to \"{expected}\".");
            return Err(Failure::token(Problem::new("session_audience", message).at("aud")));
        }
        let mut findings: Vec<Finding> = unseal(&mut claims, keys).err().into_iter().collect();
        let mut fields = Fields::of_claims(claims, &mut findings);
        let id = fields.required_string("jti").and_then(|text| {
            let id = SessionId::parse(text);
            if id.is_none() {
                fields.add_finding(
                    "jti",
                    "id_invalid",
                    "jti must have 1 to 128 visible ASCII characters without # / ? % \" \\.",
                );
            }
            id
        });
        let [exp, iat, nbf] = ["exp", "iat", "nbf"].map(|claim| read_time(&mut fields, claim));
        if exp.is_none() && fields.is_clean() {
            fields.add_finding(
                "exp",
                "missing_field",
                "exp is required: when the session ends, in seconds since 1970.",
            );
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
        let Grant { user, plan, client_id, origins, max_total_cents, pricing, approval, labels } = grant;
        let customer = customer_key(&user);
        let pricing = pricing.map_or_else(|| Arc::clone(&terms.pricing), Arc::new);
        Ok(Self {
            id,
            customer,
            user,
            plan,
            client_id,
            origins,
            max_total_cents,
            pricing,
            approval,
            labels,
            expires_at: exp,
        })
    }

    /// The plan, for calls that need one.
    ///
    /// # Errors
    /// `403 session_without_plan`.
    pub fn plan(&self) -> Result<&PlanChoice, Failure> {
        self.plan.as_ref().ok_or(WITHOUT_PLAN)
    }
}

/// The refusal of a call that needs a plan.
pub(super) const WITHOUT_PLAN: Failure = Failure::Forbidden(
    "session_without_plan",
    "This session shows orders. To place one, open a page that offers a plan.",
);

/// The refusals of claims, each once, for the documentation.
pub(super) fn refusals() -> impl Iterator<Item = Failure> {
    let now = Timestamp::from(1_u8);
    let unread = [br#"{"aud": "another"}"#.as_slice(), br#"{"aud": "peeker-checkout/test"}"#];
    let terms = StageTerms::of(StageKind::Test);
    let unread = unread.map(|claims| Session::from_payload(claims, &terms, &[], now).err());
    let out_of_time = [
        check_times(now, None, None, now),
        check_times(MAX_LIFETIME, Some(3 * CLOCK_SKEW), None, now),
        check_times(3 * MAX_LIFETIME, None, None, now),
    ];
    unread.into_iter().chain(out_of_time.map(Result::err)).flatten()
}

/// Puts the claims that are sealed beside the others, from which they must not differ.
fn unseal(claims: &mut Map<String, Value>, keys: &[SessionKey]) -> Result<(), Finding> {
    let refuse = |message: &str| Err(Finding::new("sealed_invalid", "sealed", message));
    let Some(sealed) = claims.remove("sealed") else {
        return Ok(());
    };
    let id = claims.get("jti").and_then(Value::as_str).and_then(SessionId::parse);
    let opened = id.zip(sealed.as_str()).and_then(|(id, sealed)| sealed::open(sealed, &id, keys));
    let Some(opened) = opened else {
        return refuse("sealed cannot be opened: it is from another session, or its key is no longer used.");
    };
    if opened.keys().any(|claim| claims.contains_key(claim)) {
        return refuse("A claim is both sealed and in the open: leave one of them out.");
    }
    claims.extend(opened);
    Ok(())
}

/// A token with claims that cannot be used.
pub(super) fn unusable(problem: Problem) -> Failure {
    let message = format!("The session token is invalid: {}", problem.message);
    Failure::token(Problem { code: "session_claims".into(), message, ..problem })
}

/// `aud` is a string, or a list in which one string fits (RFC 7519, 4.1.3).
pub(super) fn is_meant_for(aud: Option<&Value>, expected: &str) -> bool {
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
        fields.add_finding(claim, "wrong_type", format!("{claim} must be a number: seconds since 1970."));
    }
    time
}

/// The whole seconds of a number; one beyond all calendars counts as the last second.
pub(super) fn seconds_of(number: &Number) -> Option<Timestamp> {
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
                "The session token is dated in the future: {claim} is {ahead} seconds ahead of our clock. Set it to \
                 the current time, or correct the clock of your server."
            );
            return refuse("session_not_yet_valid", claim, message);
        }
    }
    if exp > latest.saturating_add(MAX_LIFETIME) {
        let message = "The session token is valid for more than 24 hours. Set exp to at most 86,400 seconds from now.";
        return refuse("session_too_long", "exp", message.to_owned());
    }
    Ok(())
}

/// The refusal of a payload that is no JSON object; a time that no number can hold is named.
fn unreadable(payload: &[u8]) -> Failure {
    let read = lenient_json::read(payload).map(|reading| reading.value);
    // A number that is too large for a number type is read as text.
    let is_number = |text: &str| text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let is_beyond = |claim: &&str| {
        let value = read.as_ref().and_then(|claims| claims.get(claim)).and_then(Value::as_str);
        value.is_some_and(is_number)
    };
    match ["exp", "iat", "nbf"].into_iter().find(is_beyond) {
        Some(claim) => {
            let message = format!("The session token is invalid: {claim} is too large. Give it in seconds since 1970.");
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
    #[serde(skip_serializing_if = "is_none")]
    approval: ApprovalMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_link: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'m str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

fn is_none(approval: &ApprovalMode) -> bool {
    *approval == ApprovalMode::None
}

impl<'m> MintedClaims<'m> {
    /// The claims that say what `grant` grants, from `now` to `exp`; what customers must not read is in `sealed`.
    pub(super) fn of(
        grant: &'m Grant,
        jti: &'m SessionId,
        stage: StageKind,
        (now, exp): (Timestamp, Timestamp),
        sealed: Option<String>,
    ) -> Self {
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
            approval: grant.approval,
            order_link: grant.labels.order_link.as_deref(),
            locale: grant.labels.locale.as_deref(),
            sealed,
        }
    }
}
