//! `POST /v1/orders`: reads the draft strictly, then places it once.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::placement::Outcome;
use crate::session::Buyer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::answers::{OrderAnswer, PLACING, PlacedView};
use shared::draft::{DraftDomain, MAX_ORDER_DOMAINS, OrderDraft};
use shared::persona::{MAX_PERSONAS, Persona};

pub(super) async fn place(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let draft = read(body)?;
    let desk = proxy.desk().charging(&session);
    let outcome = desk.place(&session, &draft).await;
    desk.settle_budget().await;
    Ok(match outcome? {
        Outcome::Placed(placed) => reply::data(StatusCode::CREATED, OrderAnswer::Placed(placed)),
        Outcome::Placing => {
            let placing = PlacedView { id: None, status: PLACING.to_owned() };
            reply::data(StatusCode::ACCEPTED, OrderAnswer::Placing(placing))
        }
    })
}

/// The draft's shape; what is in it is judged by `shared` once the plan is known.
fn read(body: Map<String, Value>) -> Result<OrderDraft, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let entries = fields.required_array("domains").unwrap_or_default();
    if entries.len() > MAX_ORDER_DOMAINS {
        fields.blame("domains", "out_of_range", "An order has at most 1,000 domains.");
    }
    let mut domains = Vec::new();
    for (index, entry) in entries.into_iter().take(MAX_ORDER_DOMAINS).enumerate() {
        domains.extend(read_domain(&mut fields, &format!("domains[{index}]"), entry));
    }
    let entries = fields.required_array("personas").unwrap_or_default();
    let given = entries.len();
    let mut personas = Vec::new();
    for (index, entry) in entries.into_iter().take(MAX_PERSONAS).enumerate() {
        personas.extend(read_persona(&mut fields, &format!("personas[{index}]"), entry));
    }
    if given > MAX_PERSONAS {
        let message = format!("An order has at most 10 personas and {given} were given. Remove some.");
        fields.blame("personas", "too_many_personas", message);
    }
    let forwarding_url = fields.optional_string("forwarding_url");
    let quote = fields.optional_string("quote");
    fields.finish();
    refuse_if_any(findings)?;
    Ok(OrderDraft { domains, personas, forwarding_url, quote })
}

fn read_domain(fields: &mut Fields<'_>, path: &str, entry: Value) -> Option<DraftDomain> {
    match entry {
        Value::String(domain) => Some(DraftDomain { domain, forwarding_url: None }),
        entry => {
            let mut fields = fields.nested(path, entry)?;
            let domain = fields.required_string("domain");
            let forwarding_url = fields.optional_string("forwarding_url");
            fields.finish();
            Some(DraftDomain { domain: domain?, forwarding_url })
        }
    }
}

fn read_persona(fields: &mut Fields<'_>, path: &str, entry: Value) -> Option<Persona> {
    let mut fields = fields.nested(path, entry)?;
    let first_name = fields.required_string("first_name");
    let last_name = fields.required_string("last_name");
    let key = "profile_picture_url";
    let picture = match fields.take(key) {
        Some(Value::String(url)) => Some(Some(url)),
        Some(Value::Null) => Some(None),
        Some(_) => {
            fields.blame(key, "wrong_type", format!("{path}.{key} must be a string or null."));
            None
        }
        None => {
            fields.blame(key, "missing_field", format!("Add {path}.{key}; null when there is no picture."));
            None
        }
    };
    fields.finish();
    Some(Persona { first_name: first_name?, last_name: last_name?, profile_picture_url: picture? })
}
