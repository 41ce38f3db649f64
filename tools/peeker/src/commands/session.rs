//! `peeker session mint`: a session for one customer, signed here with the session key or minted by the API.

use crate::commands::session_terms::Terms;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::json::text;
use crate::output::{Report, eprint, plain};
use crate::settings::Name;
use crate::times;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{ArgGroup, Args, Subcommand};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use shared::fields::Fields;
use shared::ids::BundleId;
use shared::origin::{MAX_ORIGINS, NOT_AN_ORIGIN, normalise_origin};
use shared::plan::{BundleChoice, Licences, PlanChoice};
use shared::problem::Problem;
use shared::session_grant::new_session::{
    AUDIENCES, MAX_LIFETIME, MAX_TOKEN_LENGTH, MIN_LIFETIME, NewSession, TOKEN_TOO_LONG,
};
use std::time::Duration;

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum Session {
    Mint(Box<Mint>),
}

/// Mint a session: permission for one customer to place one order under one plan
///
/// Prints only the token, for use in a variable or a page.
///
/// The API creates the session with the partner key. With --local, the token is signed on this machine with the session
/// key.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("plan").required(true).multiple(true)
    .args(["bundle", "google_licenses", "microsoft_licenses", "no_plan"]))]
#[command(after_help = "Examples:\n  token=$(peeker session mint --customer client@example.com --bundle bun_…)\n  \
    peeker session mint --customer client@example.com --google-licenses 4 --microsoft-licenses 1 --local\n  \
    peeker session mint --customer client@example.com --no-plan        # to see earlier orders")]
pub(crate) struct Mint {
    /// Customer
    #[arg(long, value_name = "EMAIL|usr_…")]
    customer: String,
    /// Bundle of the plan
    #[arg(long, value_name = "bun_…", conflicts_with_all = ["google_licenses", "microsoft_licenses", "inboxes_per_domain"])]
    bundle: Option<String>,
    /// Number of Google inboxes
    #[arg(long, value_name = "N")]
    google_licenses: Option<u32>,
    /// Number of Microsoft domains
    #[arg(long, value_name = "N")]
    microsoft_licenses: Option<u32>,
    /// Google inboxes per domain [default: 2]
    #[arg(long, value_name = "2|3", value_parser = clap::value_parser!(u32).range(2..=3))]
    inboxes_per_domain: Option<u32>,
    /// Create a session without a plan: it shows orders and cannot place one
    #[arg(long, conflicts_with_all = ["bundle", "google_licenses", "microsoft_licenses", "inboxes_per_domain"])]
    no_plan: bool,
    /// Smartlead client of the inboxes [default: the partner's own]
    #[arg(long, value_name = "ID")]
    client_id: Option<u64>,
    #[arg(
        help = "Origin of a page that may use the session, such as https://app.acme.com; repeatable",
        long = "origin",
        value_name = "ORIGIN"
    )]
    origins: Vec<String>,
    /// Maximum price of the domains, in cents
    #[arg(long, value_name = "CENTS")]
    max_total_cents: Option<u64>,
    #[command(flatten)]
    terms: Terms,
    /// Lifetime, up to 24h
    #[arg(long, default_value = "30m", value_parser = times::duration)]
    ttl: Duration,
    /// Sign the token locally, with the session key
    #[arg(long)]
    local: bool,
}

/// The shortest key that HS256 allows (RFC 7518, 3.2).
const MIN_KEY_LENGTH: usize = 32;

pub(crate) async fn run(context: &Context, command: Session) -> Result<Report, Failure> {
    let Session::Mint(mint) = command;
    let data = mint.mint(context).await?;
    let token = text(&data, "/token").unwrap_or_default().to_owned();
    let note = format!(
        "session {}, ends {}\n",
        plain(text(&data, "/id").unwrap_or_default()),
        plain(text(&data, "/expires_at").unwrap_or_default())
    );
    if context.output.is_for_people() {
        eprint(&note);
    }
    Ok(Report::new(data, token))
}

/// A session for `customer` with the plan of the smoke test: 2 Google inboxes per domain, and 1 Microsoft domain.
pub(crate) async fn mint_for(
    context: &Context,
    customer: &str,
    client_id: Option<u64>,
    lifetime: Duration,
) -> Result<Value, Failure> {
    let [least, most] = [MIN_LIFETIME, MAX_LIFETIME].map(|seconds| Duration::from_secs(seconds.unsigned_abs()));
    let mint = Mint {
        customer: customer.to_owned(),
        bundle: None,
        google_licenses: Some(2),
        microsoft_licenses: Some(1),
        inboxes_per_domain: None,
        no_plan: false,
        client_id,
        origins: Vec::new(),
        max_total_cents: None,
        terms: Terms::default(),
        ttl: lifetime.clamp(least, most),
        local: false,
    };
    mint.mint(context).await
}

impl Mint {
    /// Mints with the API, or locally if requested or if there is only the session key.
    async fn mint(&self, context: &Context) -> Result<Value, Failure> {
        let settings = &context.settings;
        let only_here = settings.found(Name::PartnerKey).is_none() && settings.found(Name::SessionKey).is_some();
        if self.local || only_here { sign_here(context, self) } else { ask(context, self).await }
    }

    fn plan(&self) -> Result<PlanChoice, Failure> {
        let fail = |message: &str| Failure::usage("plan_invalid", message);
        if let Some(id) = &self.bundle {
            let bundle_id = BundleId::parse(id.as_str()).ok_or_else(|| fail("--bundle takes an id, bun_…."))?;
            return Ok(PlanChoice::Bundle(BundleChoice { bundle_id }));
        }
        let licences = Licences {
            google_licenses: self.google_licenses.unwrap_or(0),
            microsoft_licenses: self.microsoft_licenses.unwrap_or(0),
            google_inboxes_per_domain: self.inboxes_per_domain.unwrap_or(2),
        };
        licences.required_domains().map_err(|problems| {
            let messages: Vec<&str> = problems.iter().map(|problem| problem.message).collect();
            fail(&messages.join(" "))
        })?;
        Ok(PlanChoice::Custom(licences))
    }

    /// The session's grant, common to both modes.
    fn grant(&self) -> Result<Map<String, Value>, Failure> {
        let allowed = MIN_LIFETIME.unsigned_abs()..=MAX_LIFETIME.unsigned_abs();
        if !allowed.contains(&self.ttl.as_secs()) {
            return Err(Failure::usage("ttl_invalid", "--ttl takes 60s to 24h."));
        }
        let mut grant = Map::new();
        if !self.no_plan {
            grant.insert("plan".to_owned(), json!(self.plan()?));
        }
        if let Some(client_id) = self.client_id {
            grant.insert("sequencer".to_owned(), json!({ "client_id": client_id }));
        }
        if self.origins.len() > MAX_ORIGINS {
            return Err(Failure::usage("origin_invalid", "--origin may be given up to 20 times."));
        }
        if let Some(origin) = self.origins.iter().find(|origin| normalise_origin(origin).is_none()) {
            let message = format!("--origin {}: {NOT_AN_ORIGIN}", plain(origin));
            return Err(Failure::usage("origin_invalid", message));
        }
        if !self.origins.is_empty() {
            grant.insert("origins".to_owned(), json!(self.origins));
        }
        if let Some(cents) = self.max_total_cents {
            grant.insert("max_total_cents".to_owned(), json!(cents));
        }
        grant.extend(self.terms.claims()?);
        Ok(grant)
    }
}

/// The body that asks the API for the session which `grant` grants.
fn body(mint: &Mint, mut grant: Map<String, Value>) -> Map<String, Value> {
    grant.insert("customer".to_owned(), json!(mint.customer));
    grant.insert("ttl_seconds".to_owned(), json!(mint.ttl.as_secs()));
    grant
}

async fn ask(context: &Context, mint: &Mint) -> Result<Value, Failure> {
    let body = Value::Object(body(mint, mint.grant()?));
    Ok(context.api()?.send(Method::POST, "/sessions", &[], Some(&body)).await?.data())
}

/// Refuses what the API would refuse, by the same rules: it reads the claims of a signed token by them, too.
fn check(mint: &Mint, grant: &Map<String, Value>) -> Result<(), Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body(mint, grant.clone()), "", &mut findings);
    NewSession::read(&mut fields);
    fields.finish();
    let Some(Problem { code, message, field, details }) = Problem::from_findings(findings) else {
        return Ok(());
    };
    let mut failure = Failure::new(Exit::Usage, code, message).with("findings", json!(details.findings));
    failure.more.field = field;
    Err(failure)
}

fn sign_here(context: &Context, mint: &Mint) -> Result<Value, Failure> {
    let mut claims = mint.grant()?;
    check(mint, &claims)?;
    let (kid, key) = session_key(context)?;
    let audience = context.settings.require(Name::SessionAudience)?.value.expose().to_owned();
    if !AUDIENCES.contains(&audience.as_str()) {
        let message =
            format!("The audience of a session is {}, as the stage's kind is test or live.", AUDIENCES.join(" or "));
        return Err(Failure::usage("session_audience_invalid", message));
    }
    let now = times::now();
    let ends = now.saturating_add(i64::try_from(mint.ttl.as_secs()).unwrap_or(0));
    let id = random_id()?;
    let own = [
        ("iss", json!("peeker-cli")),
        ("aud", json!(audience)),
        ("sub", json!(mint.customer)),
        ("jti", json!(id)),
        ("iat", json!(now)),
        ("exp", json!(ends)),
    ];
    claims.extend(own.map(|(name, value)| (name.to_owned(), value)));
    let header = json!({"alg": "HS256", "typ": "JWT", "kid": kid}).to_string();
    let signed =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map_err(|_| Failure::usage("session_key_invalid", "The session key cannot sign."))?;
    mac.update(signed.as_bytes());
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(Failure::usage("session_too_large", TOKEN_TOO_LONG));
    }
    Ok(json!({"id": id, "token": token, "expires_at": times::iso(ends)}))
}

/// The key and its id: from the two settings, or from one in the form `kid:key`, as in the functions' settings.
fn session_key(context: &Context) -> Result<(String, String), Failure> {
    let key = context.settings.require(Name::SessionKey)?.value.split();
    let first = key.first().map(|key| key.expose().to_owned()).unwrap_or_default();
    let (kid, key) = match (context.settings.text(Name::SessionKid), first.split_once(':')) {
        (Some(kid), _) => (kid.to_owned(), first),
        (None, Some((kid, key))) => (kid.to_owned(), key.to_owned()),
        (None, None) => {
            return Err(context
                .settings
                .require(Name::SessionKid)
                .err()
                .unwrap_or_else(|| Failure::new(Exit::Usage, "setting_missing", "The session key has no kid.")));
        }
    };
    if key.len() < MIN_KEY_LENGTH {
        return Err(Failure::usage("session_key_short", "The session key must have at least 32 characters."));
    }
    Ok((kid, key))
}

fn random_id() -> Result<String, Failure> {
    Ok(format!("ses_{}", random_hex(16)?))
}

/// Random bytes in hexadecimal.
pub(crate) fn random_hex(bytes: usize) -> Result<String, Failure> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(|_| {
        Failure::new(Exit::Refused, "no_randomness", "No random numbers are available on this machine.")
    })?;
    Ok(hex::encode(buffer))
}
