//! `/v1/domains/import`: domains that the customer owns already, and how far they are.

use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::id::Id;
use crate::http::query::Parameters;
use crate::http::reply;
use crate::model::import_job::is_final;
use crate::order_proxy::bodies::ImportNames;
use crate::order_proxy::import_again::ask_again;
use crate::order_proxy::import_rows::{asked_row, is_pending, names_of};
use crate::order_proxy::import_start;
use crate::order_proxy::import_view::{self, NOT_ASKED, RELEASED, view};
use crate::order_proxy::proxy::Proxy;
use crate::placement::ProofSources;
use crate::session::{Buyer, Session};
use crate::store::claim::{ClaimState, Owner};
use crate::store::import::StoredImport;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde_json::{Map, Value};
use shared::answers::{ImportRow, MAX_IMPORT_DOMAINS};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use shared::problem::Finding;
use shared::root_domain;
use std::collections::HashMap;

/// What an import is found by.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct ImportSearch {
    /// Domain names, separated by commas.
    domains: String,
}

/// How many domains an import is found by.
pub(super) const HOW_MANY: &str = "domains must have 1 to 500 names: ?domains=acme.com,acme.net";

/// An import, and the records of its domains. `None` while upstream's answer is not known, and when there was nothing
/// to ask.
struct Current {
    import: Option<StoredImport>,
    owners: HashMap<DomainName, Owner>,
}

pub(super) async fn start(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    body: JsonObject<ImportNames>,
) -> Result<Response, Failure> {
    let mut asked: Vec<ImportRow> = read(body.fields)?.iter().map(|input| asked_row(input)).collect();
    let import = match import_start::start(&proxy, &session, &mut asked).await? {
        Some(id) => proxy.store.import(&id).await?,
        None => None,
    };
    let current = Current { import, owners: proxy.store.owners(&names_of(&asked)).await? };
    Ok(answer(&proxy, &session, &current, &asked))
}

pub(super) async fn show(State(proxy): State<Proxy>, Buyer(session): Buyer, Id(id): Id) -> Result<Response, Failure> {
    let id = ImportId::parse(id).ok_or(Failure::ImportNotFound)?;
    let current = current(&proxy, &session, &id, None).await?;
    let asked = current.import.as_ref().map(|import| import.asked.clone()).unwrap_or_default();
    Ok(answer(&proxy, &session, &current, &asked))
}

/// A lost id is found by its domains.
pub(super) async fn find(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    mut parameters: Parameters<ImportSearch>,
) -> Result<Response, Failure> {
    let domains = parameters.take("domains").unwrap_or_default();
    let inputs: Vec<&str> = domains.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if !(1..=MAX_IMPORT_DOMAINS).contains(&inputs.len()) {
        parameters.add_finding("domains", "out_of_range", HOW_MANY);
    }
    parameters.finish()?;
    let mut asked: Vec<ImportRow> = inputs.into_iter().map(asked_row).collect();
    let customer = customer_key(&session.customer);
    let names = names_of(&asked);
    let mut owners = proxy.store.owners(&names).await?;
    let is_own_pending = |owner: &Owner| owner.customer == customer && is_pending(owner);
    let any_pending = owners.values().any(is_own_pending);
    if any_pending {
        ask_again(&proxy, &session, &owners, &mut asked).await?;
        owners = proxy.store.owners(&names).await?;
    }
    // The import with most of them.
    let mut counts: HashMap<&ImportId, usize> = HashMap::new();
    for id in owners.values().filter(|owner| owner.customer == customer).filter_map(Owner::newest_job) {
        let count = counts.entry(id).or_default();
        *count = count.saturating_add(1);
    }
    let id = counts.into_iter().max_by_key(|(id, count)| (*count, *id)).map(|(id, _)| id.clone());
    let current = match id {
        Some(id) => current(&proxy, &session, &id, Some(&asked)).await?,
        None if any_pending => Current { import: None, owners },
        None => return Err(Failure::ImportNotFound),
    };
    let is_known = |name: &&DomainName| {
        let row = |row: &ImportRow| row.domain == name.as_str();
        let mine = current.owners.get(*name).is_some_and(|owner| owner.customer == customer);
        // Why it was refused just now is marked already.
        let is_marked = asked.iter().any(|asked| row(asked) && asked.reason.is_some());
        mine || is_marked || current.import.iter().any(|import| import.asked.iter().any(row))
    };
    let unknown: Vec<DomainName> = names.iter().filter(|name| !is_known(name)).cloned().collect();
    import_view::fail(&mut asked, unknown.iter(), NOT_ASKED);
    Ok(answer(&proxy, &session, &current, &asked))
}

/// Releases claimed domains without nameservers.
pub(super) async fn release(
    State(proxy): State<Proxy>,
    Buyer(session): Buyer,
    Id(id): Id,
    body: JsonObject<ImportNames>,
) -> Result<Response, Failure> {
    let given = read(body.fields)?;
    let id = ImportId::parse(id).ok_or(Failure::ImportNotFound)?;
    let customer = customer_key(&session.customer);
    let import = owned_import(&proxy, &customer, &id).await?;
    let names = in_import(&import, &given)?;
    give_up(&proxy, &customer, &names).await?;
    // The job stays this customer's: its nameservers were shown here, and may still be set.
    let import = owned_import(&proxy, &customer, &id).await?;
    let owners = proxy.store.owners(&names_of(&import.asked)).await?;
    let asked = import.asked.clone();
    Ok(answer(&proxy, &session, &Current { import: Some(import), owners }, &asked))
}

/// The names that were given, when the import has all of them.
fn in_import(import: &StoredImport, given: &[String]) -> Result<Vec<DomainName>, Failure> {
    let mut findings = Vec::new();
    let mut names = Vec::with_capacity(given.len());
    for (index, input) in given.iter().enumerate() {
        let shown = asked_row(input).domain;
        if !import.asked.iter().any(|row| row.domain == shown) {
            findings.push(not_in_import(&shown, index));
        }
        names.extend(root_domain::read(input));
    }
    refuse_if_any(findings).map(|()| names)
}

/// The finding about a name that the import does not have.
pub(super) fn not_in_import(shown: &str, index: usize) -> Finding {
    let message = format!("{shown} is not in this import. Remove it, or release it in its own import.");
    Finding::new("not_in_import", format!("domains[{index}]"), message)
}

/// Gives up the customer's open claims on `names`, and notes it in the imports that they are in.
pub(super) async fn give_up(proxy: &Proxy, customer: &str, names: &[DomainName]) -> Result<(), Failure> {
    let released = proxy.store.release_claims(customer, names).await?;
    let owners = proxy.store.owners(&released).await?;
    let mut ids: Vec<ImportId> = owners.values().flat_map(|owner| &owner.jobs).map(|job| job.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    for import in proxy.store.imports(&ids).await? {
        let mut asked = import.asked;
        import_view::fail(&mut asked, released.iter(), RELEASED);
        proxy.store.keep_asked(&import.id, customer, &asked).await?;
    }
    Ok(())
}

async fn owned_import(proxy: &Proxy, customer: &str, id: &ImportId) -> Result<StoredImport, Failure> {
    let import = proxy.store.import(id).await?.ok_or(Failure::ImportNotFound)?;
    if import.customers.iter().any(|known| known == customer) { Ok(import) } else { Err(Failure::ImportNotFound) }
}

/// The import as it is now: upstream is asked while a claim of the customer is open, at the pace that it advises
/// (docs/upstream.md#imports), and out of the session's budget.
async fn current(
    proxy: &Proxy,
    session: &Session,
    id: &ImportId,
    asked: Option<&[ImportRow]>,
) -> Result<Current, Failure> {
    let (order_placement, customer) = (proxy.order_placement().charging(session), customer_key(&session.customer));
    let mut import = owned_import(proxy, &customer, id).await?;
    let mut names = names_of(&import.asked);
    names.extend(asked.map(names_of).unwrap_or_default());
    names.sort_unstable();
    names.dedup();
    let mut owners = proxy.store.owners(&names).await?;
    if owners.values().any(|owner| owner.customer == customer && is_pending(owner)) {
        ask_again(proxy, session, &owners, &mut import.asked).await?;
        owners = proxy.store.owners(&names).await?;
    }
    if !owners.values().any(|owner| owner.customer == customer && owner.state == ClaimState::Open) {
        return Ok(Current { import: Some(import), owners });
    }
    let pace = i64::from(proxy.shop.import_poll_seconds);
    let mut sources = ProofSources::Table;
    if proxy.store.take_poll(id, proxy.clock.now(), pace).await? {
        sources = ProofSources::Inventory;
        if !is_final(&import.status) {
            match order_placement.look_at_import(&mut import).await {
                Ok(()) => {}
                Err(Failure::BudgetSpent) => sources = ProofSources::Table,
                // The earlier data still hold; the next look-up may return more.
                Err(Failure::Upstream(error)) => {
                    sources = ProofSources::Table;
                    tracing::warn!(
                        import.id = %id,
                        upstream.request_id = error.request_id(),
                        error.cause = %error,
                        "import lookup failed"
                    );
                }
                Err(failure) => return Err(failure),
            }
        }
    }
    order_placement.prove(session, &mut owners, sources).await?;
    Ok(Current { import: Some(import), owners })
}

fn answer(proxy: &Proxy, session: &Session, current: &Current, asked: &[ImportRow]) -> Response {
    let customer = customer_key(&session.customer);
    let view = view(current.import.as_ref(), &current.owners, &customer, asked, proxy.shop.import_poll_seconds);
    let status = if is_final(&view.status) { StatusCode::OK } else { StatusCode::ACCEPTED };
    reply::data(status, view)
}

pub(super) fn read(body: Map<String, Value>) -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let values = fields.required_array("domains").unwrap_or_default();
    if fields.is_clean() && !(1..=MAX_IMPORT_DOMAINS).contains(&values.len()) {
        let message = format!("domains must have 1 to 500 entries; it has {}.", values.len());
        fields.add_finding("domains", "out_of_range", message);
    }
    let names = fields.strings("domains", values.into_iter().take(MAX_IMPORT_DOMAINS).collect());
    fields.finish();
    refuse_if_any(findings)?;
    Ok(names)
}
