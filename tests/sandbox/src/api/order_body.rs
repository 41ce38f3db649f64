//! Parses and validates the body of `POST /orders`, as far as possible without the account.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::fields::{self, Fields};
use super::reply::Refusal;
use crate::names::{self, Name};
use crate::world::{Persona, Sequencer};

/// Maximum number of personas in one order: docs/upstream.md#order-body.
const MOST_PERSONAS: usize = 10;
/// Limits memory use of one request; far above any plan.
const MOST_DOMAINS: usize = 10_000;
const CUSTOM: [&str; 3] = ["google_licenses", "microsoft_licenses", "google_inboxes_per_domain"];

/// The plan of an order, which determines the number of domains.
#[derive(Debug)]
pub(crate) enum Shape {
    Bundle(String),
    Licences { google: u64, microsoft: u64, inboxes: u64 },
}

/// One picked domain.
#[derive(Debug)]
pub(crate) struct Pick {
    pub(crate) name: Name,
    pub(crate) forwarding_url: Option<String>,
}

/// A validated body. The sequencer's login was checked and is not kept.
#[derive(Debug)]
pub(crate) struct OrderBody {
    pub(crate) user: String,
    pub(crate) shape: Shape,
    pub(crate) sequencer: Sequencer,
    pub(crate) picks: Vec<Pick>,
    pub(crate) personas: Vec<Persona>,
}

pub(crate) fn read(body: &Fields) -> Result<OrderBody, Refusal> {
    Ok(OrderBody {
        user: user(body)?,
        shape: shape(body)?,
        sequencer: sequencer(body)?,
        personas: personas(body)?,
        picks: picks(body)?,
    })
}

fn user(body: &Fields) -> Result<String, Refusal> {
    match body.get("user") {
        Some(Value::String(user)) if user.starts_with("usr_") => Ok(user.clone()),
        Some(Value::String(user)) if fields::is_email(user) => Ok(user.to_lowercase()),
        _ => Err(Refusal::invalid("user", "user is required, one string: a usr_ id or an email")),
    }
}

fn shape(body: &Fields) -> Result<Shape, Refusal> {
    let custom = CUSTOM.iter().any(|name| fields::present(body, name).is_some());
    match (fields::text(body, "bundle_id")?, custom) {
        (Some(_), true) => Err(Refusal::bad(
            "order_shape_conflict",
            "Send either bundle_id or google_licenses and microsoft_licenses, not both",
        )),
        (Some(id), false) => Ok(Shape::Bundle(id.to_owned())),
        (None, _) => {
            let google = fields::whole(body, "google_licenses")?;
            let microsoft = fields::whole(body, "microsoft_licenses")?;
            let inboxes = fields::inboxes(body)?.unwrap_or(2);
            let (google, microsoft) = (google.unwrap_or(0), microsoft.unwrap_or(0));
            if google == 0 && microsoft == 0 {
                let message = "Send bundle_id, or at least one of google_licenses and microsoft_licenses";
                return Err(Refusal::invalid("bundle_id", message));
            }
            Ok(Shape::Licences { google, microsoft, inboxes })
        }
    }
}

fn sequencer(body: &Fields) -> Result<Sequencer, Refusal> {
    let sequencer = fields::sequencer(body)?;
    if let Some(Value::Object(given)) = body.get("sequencer") {
        fields::needed_text(given, "login_email", "sequencer.login_email")?;
        fields::needed_text(given, "login_password", "sequencer.login_password")?;
    }
    Ok(sequencer)
}

fn personas(body: &Fields) -> Result<Vec<Persona>, Refusal> {
    if body.contains_key("users") && !body.contains_key("personas") {
        return Err(Refusal::invalid("personas", "users is the old name: send personas"));
    }
    let items = fields::items(body, "personas", MOST_PERSONAS)?;
    items.iter().enumerate().map(|(index, item)| persona(index, item)).collect()
}

fn persona(index: usize, item: &Value) -> Result<Persona, Refusal> {
    let at = |name: &str| format!("personas[{index}].{name}");
    let Value::Object(item) = item else {
        return Err(Refusal::invalid(&format!("personas[{index}]"), "a persona is an object"));
    };
    let name = |name: &str| fields::needed_text(item, name, &at(name)).map(str::to_owned);
    let picture = match item.get("profile_picture_url") {
        Some(Value::Null) => None,
        Some(Value::String(url)) if url.is_empty() => None,
        Some(Value::String(url)) if fields::is_web_url(url) => Some(url.clone()),
        _ => {
            let message = "profile_picture_url is required: a public URL, null or \"\"";
            return Err(Refusal::invalid(&at("profile_picture_url"), message));
        }
    };
    Ok(Persona { first_name: name("first_name")?, last_name: name("last_name")?, profile_picture_url: picture })
}

fn picks(body: &Fields) -> Result<Vec<Pick>, Refusal> {
    let shared = url(body)?;
    let items = fields::items(body, "domains", MOST_DOMAINS)?;
    let mut picks: Vec<Pick> = Vec::with_capacity(items.len());
    let mut seen = std::collections::HashSet::new();
    for item in items {
        let (raw, own) = match item {
            Value::String(name) => (name.as_str(), None),
            Value::Object(fields) => (fields::needed_text(fields, "domain", "domains")?, url(fields)?),
            _ => return Err(Refusal::invalid("domains", "a domain is a name, or an object with domain")),
        };
        let name = names::parse(raw)
            .map_err(|_| Refusal::invalid("domains", format!("{raw:?} is not a root domain like acme-mail.com")))?;
        if !seen.insert(name.domain.clone()) {
            return Err(Refusal::invalid("domains", format!("{} is listed twice", name.domain)));
        }
        picks.push(Pick { name, forwarding_url: own.or_else(|| shared.clone()) });
    }
    Ok(picks)
}

fn url(fields: &Fields) -> Result<Option<String>, Refusal> {
    let name = "forwarding_url";
    match fields::text(fields, name)?.filter(|url| !url.is_empty()) {
        Some(url) if !fields::is_web_url(url) => {
            Err(Refusal::invalid(name, "forwarding_url must start with http:// or https://"))
        }
        other => Ok(other.map(str::to_owned)),
    }
}

/// SHA-256 of the body with sorted keys. Nothing else of the body is stored.
pub(crate) fn fingerprint(body: &Fields) -> String {
    let mut canonical = String::new();
    write_object(&mut canonical, body);
    hex::encode(Sha256::digest(&canonical))
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Object(fields) => write_object(text, fields),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(text, item);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn write_object(text: &mut String, fields: &Fields) {
    // A `Map` sorts its keys only under feature flags that other crates may change.
    let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    text.push('{');
    for (name, value) in sorted {
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        write(text, value);
        text.push(',');
    }
    text.push('}');
}
