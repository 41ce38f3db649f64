//! Mints a session for partners that would rather call us than sign a JWT themselves.

use crate::clock::{Random, Timestamp};
use crate::failure::Failure;
use crate::http::fields::{Fields, refuse_if_any};
use crate::secret::SessionKey;
use crate::session::claims::{AUDIENCE, Claims, MAX_LIFETIME, Sequencer, is_customer};
use crate::session::token;
use serde_json::{Map, Value};
use shared::answers::MintedSession;
use shared::ids::{BundleId, SessionId};
use shared::plan::{BundleChoice, Licences, PlanChoice};

/// Life of a session when the call names none: long enough to pick twenty domains.
pub const DEFAULT_LIFETIME: Timestamp = 30 * 60;
/// Shortest life: below it a token may end on its way to the page.
pub const MIN_LIFETIME: Timestamp = 60;
/// Most origins of one session.
const MAX_ORIGINS: usize = 20;

/// What is asked for, read and checked.
#[derive(Debug)]
pub struct Grant {
    customer: String,
    plan: PlanChoice,
    client_id: Option<u64>,
    origins: Option<Vec<String>>,
    max_total_cents: Option<u64>,
    lifetime: Timestamp,
}

impl Grant {
    /// Reads the body of `POST /v1/sessions`.
    ///
    /// # Errors
    /// `400` with everything that is wrong.
    pub fn read(body: Map<String, Value>) -> Result<Self, Failure> {
        let mut findings = Vec::new();
        let mut fields = Fields::new(body, "", &mut findings);
        let customer = fields.required_string("customer");
        if customer.as_deref().is_some_and(|text| !is_customer(text)) {
            fields.blame("customer", "customer_invalid", "Give an e-mail address or upstream's usr_… id.");
        }
        let plan = fields.required("plan").and_then(|value| read_plan(&mut fields, value));
        let client_id = fields.optional("sequencer").and_then(|value| read_sequencer(&mut fields, value));
        let origins = read_origins(&mut fields);
        let max_total_cents = fields.optional_u64("max_total_cents");
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
        let (Some(customer), Some(plan)) = (customer, plan) else {
            return Err(Failure::Internal("a grant without customer or plan passed its checks".into()));
        };
        Ok(Self { customer, plan, client_id, origins, max_total_cents, lifetime })
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`Failure::Internal`] when there is no key or no randomness.
    pub fn mint(self, keys: &[SessionKey], now: Timestamp, random: &Random) -> Result<MintedSession, Failure> {
        let key = keys.first().ok_or(Failure::Internal("there is no session key".into()))?;
        let id = random.id("ses_").and_then(SessionId::parse).ok_or(Failure::Internal("no randomness".into()))?;
        let expires_at = now.saturating_add(self.lifetime);
        let claims = Claims {
            iss: Some(AUDIENCE.to_owned()),
            aud: AUDIENCE.into(),
            sub: self.customer,
            jti: id.clone(),
            iat: Some(now),
            nbf: None,
            exp: expires_at,
            plan: self.plan,
            sequencer: self.client_id.map(|client_id| Sequencer { client_id: Some(client_id) }),
            origins: self.origins,
            max_total_cents: self.max_total_cents,
        };
        let payload = serde_json::to_vec(&claims).map_err(|_| Failure::Internal("claims are not JSON".into()))?;
        let token = token::sign(&payload, key).ok_or(Failure::Internal("the session key cannot sign".into()))?;
        Ok(MintedSession { id: id.to_string(), token, expires_at: crate::clock::to_iso(expires_at) })
    }
}

fn read_plan(fields: &mut Fields<'_>, value: Value) -> Option<PlanChoice> {
    let mut plan = fields.nested("plan", value)?;
    let bundle = plan.optional_string("bundle_id");
    let counts = [
        plan.optional_u64("google_licenses"),
        plan.optional_u64("microsoft_licenses"),
        plan.optional_u64("google_inboxes_per_domain"),
    ];
    let custom = counts.iter().any(Option::is_some);
    let choice = match (bundle, custom) {
        (Some(_), true) => {
            plan.blame("bundle_id", "plan_ambiguous", "Give bundle_id or licence counts, not both.");
            None
        }
        (Some(id), false) => {
            let id = BundleId::parse(id);
            if id.is_none() {
                plan.blame("bundle_id", "bundle_id_invalid", "Give upstream's bun_… id.");
            }
            id.map(|bundle_id| PlanChoice::Bundle(BundleChoice { bundle_id }))
        }
        (None, true) => {
            let [google, microsoft, density] = counts.map(|count| count.map(|n| u32::try_from(n).unwrap_or(u32::MAX)));
            let licences = Licences {
                google_licenses: google.unwrap_or(0),
                microsoft_licenses: microsoft.unwrap_or(0),
                google_inboxes_per_domain: density.unwrap_or(2),
            };
            match licences.required_domains() {
                Ok(_) => Some(PlanChoice::Custom(licences)),
                Err(message) => {
                    plan.blame("google_licenses", "licences_out_of_range", message);
                    None
                }
            }
        }
        (None, false) => {
            plan.blame("bundle_id", "missing_field", "Add plan.bundle_id, or licence counts.");
            None
        }
    };
    plan.finish();
    choice
}

fn read_sequencer(fields: &mut Fields<'_>, value: Value) -> Option<u64> {
    let mut sequencer = fields.nested("sequencer", value)?;
    let client_id = sequencer.optional_u64("client_id");
    sequencer.finish();
    client_id
}

fn read_origins(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let values = fields.optional_array("origins")?;
    let origins = fields.strings("origins", values);
    if origins.is_empty() || origins.len() > MAX_ORIGINS {
        fields.blame("origins", "out_of_range", "Give 1 to 20 origins, or leave the field out.");
    }
    for (index, origin) in origins.iter().enumerate() {
        if !is_origin(origin) {
            let message = "An origin is a scheme and a host, such as https://app.acme.com, without a path.";
            fields.blame(&format!("origins[{index}]"), "origin_invalid", message);
        }
    }
    Some(origins)
}

/// `https://host[:port]`, or `http://` for pages on the developer's own machine.
fn is_origin(origin: &str) -> bool {
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    rest.is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:[]".contains(&b))
    })
}
