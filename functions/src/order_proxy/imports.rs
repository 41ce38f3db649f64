//! `/v1/domains/import`: domains that the customer owns already, and how far they are.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::http::fields::{Fields, JsonObject, refuse_if_any};
use crate::http::query::Parameters;
use crate::http::reply;
use crate::order_proxy::Proxy;
use crate::root_domain;
use crate::session::{Customer, Session};
use crate::store::import::{Owner, StoredImport};
use crate::store::ownership::Claim;
use crate::upstream::imports::{ImportJob, is_final};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use shared::answers::{ImportRow, ImportView, MAX_IMPORT_DOMAINS, NameserverGroup};
use shared::domain_name::{DomainName, MAX_NAME_LENGTH};
use shared::ids::ImportId;
use std::collections::HashMap;

/// Seconds that a claim on a domain is respected while its nameservers are not in place: long enough for anybody to
/// set them, short enough that nobody can keep a domain from its owner.
const CLAIM_LASTS: Timestamp = 7 * 24 * 60 * 60;
/// Seconds that upstream may be at work on an import before it answers, on its own clock.
const IMPORT_TAKES: Timestamp = 30;
/// What a domain says that another customer has brought, or that was in the inventory before.
const IN_USE: &str = "This domain is in use in another account. Bring another one, or ask the shop.";

pub(super) async fn start(
    State(proxy): State<Proxy>,
    Customer(session): Customer,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let mut asked: Vec<ImportRow> = read(body)?.iter().map(|input| judge(input)).collect();
    let claims = claimable(&proxy, &session, &mut asked).await?;
    if claims.is_empty() {
        return Ok(reply::data(StatusCode::OK, view_of_nothing(&proxy, asked)));
    }
    let names: Vec<DomainName> = claims.iter().map(|claim| claim.name.clone()).collect();
    proxy.desk().spend_calls(&session, 1).await?;
    let started = proxy.clock.now();
    let seen = proxy.upstream.import(&names).await?;
    let at = seen.at.unwrap_or(started);
    let id = seen.job.id.clone();
    let strangers = already_there(&proxy, &session, &names, &seen.job, at).await?;
    let claims: Vec<Claim> = claims.into_iter().filter(|claim| !strangers.contains(&claim.name)).collect();
    let until = started.saturating_add(CLAIM_LASTS);
    let lost = proxy.store.own(&session.customer, &id, &claims, until).await?;
    refuse(&mut asked, strangers.iter().chain(&lost));
    proxy.store.note_asked(&id, &session.customer, &asked).await?;
    proxy.store.see_import(&seen.job, at).await?;
    // The answer to this very call is the first look.
    proxy.store.take_poll(&id, started, 0).await?;
    tracing::info!(import.id = %id, domains = names.len(), "import");
    let stored = proxy.store.import(&id).await?.ok_or(Failure::Internal("an import is gone at once".into()))?;
    Ok(answer(&proxy, &stored, &asked))
}

pub(super) async fn show(
    State(proxy): State<Proxy>,
    Customer(session): Customer,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = ImportId::parse(id).ok_or(Failure::ImportNotFound)?;
    let stored = current(&proxy, &session, &id).await?;
    Ok(answer(&proxy, &stored, &stored.asked))
}

/// A lost id is found by its domains.
pub(super) async fn find(
    State(proxy): State<Proxy>,
    Customer(session): Customer,
    mut parameters: Parameters,
) -> Result<Response, Failure> {
    let domains = parameters.take("domains").unwrap_or_default();
    let inputs: Vec<&str> = domains.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if !(1..=MAX_IMPORT_DOMAINS).contains(&inputs.len()) {
        parameters.blame("domains", "out_of_range", "Name 1 to 500 domains: ?domains=acme.com,acme.net");
    }
    parameters.finish()?;
    let asked: Vec<ImportRow> = inputs.into_iter().map(judge).collect();
    let brought = proxy.store.brought_by(&session.customer).await?;
    // The import that most of them came by.
    let mut counts: HashMap<&ImportId, usize> = HashMap::new();
    for row in &asked {
        let import = brought.iter().find(|(name, _)| name.as_str() == row.domain).map(|(_, import)| import);
        if let Some(import) = import {
            let count = counts.entry(import).or_default();
            *count = count.saturating_add(1);
        }
    }
    let id = counts.into_iter().max_by_key(|(id, count)| (*count, *id)).map(|(id, _)| id.clone());
    let stored = current(&proxy, &session, &id.ok_or(Failure::ImportNotFound)?).await?;
    Ok(answer(&proxy, &stored, &asked))
}

/// The import as it is now: upstream is asked while it goes on, at its documented pace, and out of the session's budget.
async fn current(proxy: &Proxy, session: &Session, id: &ImportId) -> Result<StoredImport, Failure> {
    let mut stored = proxy.store.import(id).await?.ok_or(Failure::ImportNotFound)?;
    if !stored.customers.contains(&session.customer) {
        return Err(Failure::ImportNotFound);
    }
    let pace = i64::from(proxy.offer.import_poll_seconds);
    if is_final(&stored.status) || !proxy.store.take_poll(id, proxy.clock.now(), pace).await? {
        return Ok(stored);
    }
    match proxy.desk().look_at_import(session, &mut stored).await {
        Ok(()) | Err(Failure::BudgetSpent) => {}
        // What was known before still holds; the next look may tell more.
        Err(Failure::Upstream(error)) => {
            tracing::warn!(
                import.id = %id,
                upstream.request_id = error.request_id(),
                error.cause = %error,
                "the import could not be looked at"
            );
        }
        Err(failure) => return Err(failure),
    }
    Ok(stored)
}

fn read(body: Map<String, Value>) -> Result<Vec<String>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let values = fields.required_array("domains").unwrap_or_default();
    if fields.is_clean() && !(1..=MAX_IMPORT_DOMAINS).contains(&values.len()) {
        let message = format!("Bring 1 to 500 domains at once; {} were given.", values.len());
        fields.blame("domains", "out_of_range", message);
    }
    let names = fields.strings("domains", values.into_iter().take(MAX_IMPORT_DOMAINS).collect());
    fields.finish();
    refuse_if_any(findings)?;
    Ok(names)
}

/// A row as it is asked for: open, or failed for what the name itself is.
fn judge(input: &str) -> ImportRow {
    match root_domain::parse(input) {
        Ok(name) => {
            ImportRow { domain: name.to_string(), status: "in_progress".to_owned(), reason: None, message: None }
        }
        Err(problem) => ImportRow {
            domain: input.trim().chars().take(MAX_NAME_LENGTH).collect(),
            status: "failed".to_owned(),
            reason: Some(problem.code().to_owned()),
            message: Some(problem.message().to_owned()),
        },
    }
}

/// The distinct names that nobody else has a right to; the others fail.
async fn claimable(proxy: &Proxy, session: &Session, asked: &mut [ImportRow]) -> Result<Vec<Claim>, Failure> {
    let mut names: Vec<DomainName> =
        asked.iter().filter(|row| row.reason.is_none()).filter_map(|row| DomainName::parse(&row.domain).ok()).collect();
    names.sort_unstable();
    names.dedup();
    let mut owners = proxy.store.owners(&names).await?;
    let now = proxy.clock.now();
    let mut claims = Vec::with_capacity(names.len());
    let mut taken = Vec::new();
    for name in names {
        match owners.remove(&name) {
            None => claims.push(Claim { name, from: None }),
            Some(owner) if owner.customer == session.customer => claims.push(Claim { name, from: None }),
            Some(owner) if ran_out(proxy, &name, &owner, now).await? => {
                claims.push(Claim { name, from: Some(owner) });
            }
            Some(_) => taken.push(name),
        }
    }
    refuse(asked, taken.iter());
    Ok(claims)
}

/// Whether a claim is old, and the nameservers were never set.
async fn ran_out(proxy: &Proxy, name: &DomainName, owner: &Owner, now: Timestamp) -> Result<bool, Failure> {
    if now < owner.until {
        return Ok(false);
    }
    let import = proxy.store.import(&owner.import).await?;
    Ok(!import.is_some_and(|import| import.is_connected(name)))
}

/// Names that upstream calls completed at once, and that were in the partner's inventory before this customer asked:
/// asking for a domain proves nothing, setting its nameservers does.
async fn already_there(
    proxy: &Proxy,
    session: &Session,
    names: &[DomainName],
    job: &ImportJob,
    at: Timestamp,
) -> Result<Vec<DomainName>, Failure> {
    let rows = job.detail.iter().flat_map(|detail| &detail.rows);
    let done: Vec<DomainName> = rows
        .filter(|row| row.status.as_deref().unwrap_or(&job.status) == "completed" && names.contains(&row.domain))
        .map(|row| row.domain.clone())
        .collect();
    if done.is_empty() {
        return Ok(done);
    }
    // What the customer brought earlier is its own.
    let owners = proxy.store.owners(&done).await?;
    let is_mine = |name: &DomainName| owners.get(name).is_some_and(|owner| owner.customer == session.customer);
    let unknown: Vec<DomainName> = done.into_iter().filter(|name| !is_mine(name)).collect();
    if unknown.is_empty() {
        return Ok(unknown);
    }
    proxy.desk().spend_calls(session, 1).await?;
    let before = at.saturating_sub(IMPORT_TAKES);
    // In an inventory too large to look through, nothing proves that it is theirs.
    Ok(proxy.upstream.in_inventory_before(&unknown, before).await?.unwrap_or(unknown))
}

fn refuse<'n>(asked: &mut [ImportRow], names: impl Iterator<Item = &'n DomainName>) {
    for name in names {
        for row in asked.iter_mut().filter(|row| row.domain == name.as_str()) {
            "failed".clone_into(&mut row.status);
            row.reason = Some("taken".to_owned());
            row.message = Some(IN_USE.to_owned());
        }
    }
}

fn view_of_nothing(proxy: &Proxy, asked: Vec<ImportRow>) -> ImportView {
    ImportView {
        id: None,
        status: "failed".to_owned(),
        domains: asked,
        nameserver_groups: Vec::new(),
        poll_after_seconds: proxy.offer.import_poll_seconds,
    }
}

/// The rows that were asked for, in that order, as the job says.
fn answer(proxy: &Proxy, stored: &StoredImport, asked: &[ImportRow]) -> Response {
    let current = |row: &ImportRow| {
        let name = DomainName::parse(&row.domain).ok().filter(|_| row.reason.is_none());
        match name.and_then(|name| stored.row(&name)) {
            Some((status, reason)) => {
                let message = reason.as_deref().map(|reason| message_of(reason).to_owned());
                ImportRow { status, reason, message, ..row.clone() }
            }
            None if row.reason.is_some() => row.clone(),
            None => ImportRow { status: stored.status.clone(), ..row.clone() },
        }
    };
    let domains: Vec<ImportRow> = asked.iter().map(current).collect();
    let shown = |name: &String| domains.iter().any(|row| row.domain == *name && row.status != "failed");
    let groups = stored.detail.groups.iter().map(|group| NameserverGroup {
        nameservers: group.nameservers.clone(),
        domains: group.domains.iter().filter(|name| shown(name)).cloned().collect(),
    });
    // A group without names belongs to all.
    let groups: Vec<NameserverGroup> = groups
        .zip(&stored.detail.groups)
        .filter(|(shown, whole)| whole.domains.is_empty() || !shown.domains.is_empty())
        .map(|(shown, _)| shown)
        .collect();
    let status = if is_final(&stored.status) { StatusCode::OK } else { StatusCode::ACCEPTED };
    let view = ImportView {
        id: Some(stored.id.to_string()),
        status: stored.status.clone(),
        domains,
        nameserver_groups: groups,
        poll_after_seconds: proxy.offer.import_poll_seconds,
    };
    reply::data(status, view)
}

/// What to do about a reason of upstream's. Its words are not documented: one that is not known here is shown as it is.
fn message_of(reason: &str) -> &'static str {
    match reason {
        "not_root_domain" => "Give the root domain, such as acme.com, not a name below it.",
        "already_in_use" => IN_USE,
        _ => "This domain could not be imported. Bring another one, or ask the shop.",
    }
}
