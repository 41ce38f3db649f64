//! `POST /v1/orders`: reads the draft strictly, then places it once.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::reply;
use crate::order_proxy::bodies::Draft;
use crate::order_proxy::proxy::Proxy;
use crate::placement::Outcome;
use crate::session::Buyer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::answers::{OrderAnswer, PLACING, PlacedView};
use shared::draft::{DraftDomain, MAX_ORDER_DOMAINS, OrderDraft};
use shared::persona::{MAX_PERSONAS, Persona};
use shared::problem::Finding;

/// Placeholder in a draft for a name that cannot be read.
const UNREAD_NAME: &str = "Unread";

pub(super) async fn place(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    body: JsonObject<Draft>,
) -> Result<Response, Failure> {
    let (Submitted { draft, approval }, mut findings) = read(body.fields);
    let order_placement = proxy.order_placement().charging(&session);
    if !findings.is_empty() {
        // What can be read is validated too, so that all problems are returned together.
        findings.extend(order_placement.check_alone(&session, &draft));
        findings.sort_by_key(|finding| place_in_form(&finding.field));
        refuse_if_any(findings)?;
    }
    let outcome = order_placement.place(&session, &draft, approval.as_deref()).await;
    order_placement.settle_budget().await;
    Ok(match outcome? {
        Outcome::Placed(placed) => reply::data(StatusCode::CREATED, OrderAnswer::Placed(placed)),
        Outcome::Placing => {
            let placing = PlacedView { id: None, status: PLACING.to_owned() };
            reply::data(StatusCode::ACCEPTED, OrderAnswer::Placing(placing))
        }
    })
}

/// The body of an order.
pub(super) struct Submitted {
    pub(super) draft: OrderDraft,
    /// The partner's approval, a token.
    approval: Option<String>,
}

/// The position of `field` in the form: the part, and the row in it.
fn place_in_form(field: &str) -> (usize, usize) {
    let (root, rest) = field.split_once('[').unwrap_or((field, ""));
    let part = ["domains", "personas", "forwarding_url", "quote", "approval"].iter().position(|part| *part == root);
    let row = rest.split_once(']').and_then(|(row, _)| row.parse::<usize>().ok());
    (part.unwrap_or(usize::MAX), row.map_or(0, |row| row.saturating_add(1)))
}

/// The draft, and findings about its shape. Unreadable values are replaced by placeholders that cause no findings:
/// such a draft is only validated, never placed.
pub(super) fn read(body: Map<String, Value>) -> (Submitted, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let entries = fields.required_array("domains").unwrap_or_default();
    if entries.len() > MAX_ORDER_DOMAINS {
        fields.add_finding("domains", "out_of_range", "domains must have at most 1,000 entries.");
    }
    let mut domains = Vec::new();
    for (index, entry) in entries.into_iter().take(MAX_ORDER_DOMAINS).enumerate() {
        domains.push(read_domain(&mut fields, index, entry));
    }
    let entries = fields.required_array("personas");
    let is_read = entries.is_some();
    let entries = entries.unwrap_or_default();
    let given = entries.len();
    let mut personas = Vec::new();
    for (index, entry) in entries.into_iter().take(MAX_PERSONAS).enumerate() {
        personas.push(read_persona(&mut fields, &format!("personas[{index}]"), entry));
    }
    if !is_read {
        let unread = || UNREAD_NAME.to_owned();
        personas.push(Persona { first_name: unread(), last_name: unread(), profile_picture_url: None });
    }
    if given > MAX_PERSONAS {
        let message = format!("An order can have at most 10 personas; {given} were sent.");
        fields.add_finding("personas", "too_many_personas", message);
    }
    let forwarding_url = fields.optional_string("forwarding_url");
    let quote = fields.optional_string("quote");
    let approval = fields.optional_string("approval");
    fields.finish();
    let draft = OrderDraft { domains, personas, forwarding_url, quote };
    (Submitted { draft, approval }, findings)
}

fn read_domain(fields: &mut Fields<'_>, index: usize, entry: Value) -> DraftDomain {
    let path = format!("domains[{index}]");
    let unread = format!("unread-{index}.com");
    match entry {
        Value::String(domain) => DraftDomain { domain, forwarding_url: None },
        entry @ Value::Object(_) => {
            let Some(mut fields) = fields.nested(&path, entry) else {
                return DraftDomain { domain: unread, forwarding_url: None };
            };
            let domain = fields.required_string("domain");
            let forwarding_url = fields.optional_string("forwarding_url");
            fields.finish();
            DraftDomain { domain: domain.unwrap_or(unread), forwarding_url }
        }
        _ => {
            let message = format!("{path} must be a domain name, or an object with domain and forwarding_url.");
            fields.add_finding(&path, "wrong_type", message);
            DraftDomain { domain: unread, forwarding_url: None }
        }
    }
}

fn read_persona(fields: &mut Fields<'_>, path: &str, entry: Value) -> Persona {
    let unread = || UNREAD_NAME.to_owned();
    let Some(mut fields) = fields.nested(path, entry) else {
        return Persona { first_name: unread(), last_name: unread(), profile_picture_url: None };
    };
    let first_name = fields.required_string("first_name");
    let last_name = fields.required_string("last_name");
    let key = "profile_picture_url";
    let picture = match fields.take(key) {
        Some(Value::String(url)) => Some(url),
        Some(Value::Null) => None,
        Some(_) => {
            fields.add_finding(key, "wrong_type", format!("{path}.{key} must be a string or null."));
            None
        }
        None => {
            fields.add_finding(key, "missing_field", format!("{path}.{key} is required; use null for no picture."));
            None
        }
    };
    fields.finish();
    Persona {
        first_name: first_name.unwrap_or_else(unread),
        last_name: last_name.unwrap_or_else(unread),
        profile_picture_url: picture,
    }
}
