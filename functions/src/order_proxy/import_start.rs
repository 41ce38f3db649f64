//! Starts an import: claims first, then upstream, so that no two customers are ever answered with the same job.

use crate::failure::Failure;
use crate::order_proxy::import_rows::names_of;
use crate::order_proxy::import_view::{ASK_AGAIN, OTHER_JOB, TAKEN, fail};
use crate::order_proxy::proxy::Proxy;
use crate::placement::{CLOCKS_DIFFER, Listed, ProofSources, is_newer};
use crate::session::Session;
use crate::store::claim::{Claimed, Claimer};
use crate::store::claim::{MAX_OPEN_CLAIMS, Owner, Proof};
use crate::upstream::UpstreamError;
use crate::upstream::imports::SeenImport;
use axum::http::StatusCode;
use sha2::{Digest, Sha256};
use shared::answers::{ImportRow, MAX_IMPORT_DOMAINS};
use shared::customer::customer_key;
use shared::domain_name::{DomainName, MAX_NAME_LENGTH};
use shared::ids::ImportId;
use shared::problem::{Details, Problem};
use std::collections::HashSet;

/// What to do about too many open claims.
const TOO_MANY: &str = "Too many of your domains wait for their nameservers. Set them, or release domains that you do not \
                        need, and import the others then.";

/// Bytes of the digest in a probe name.
const PROBE_BYTES: usize = 8;

/// Starts the import of the requested rows and marks those that cannot be imported. Returns the import with their
/// state; `None` when there is none.
pub(super) async fn start(
    proxy: &Proxy,
    session: &Session,
    asked: &mut [ImportRow],
) -> Result<Option<ImportId>, Failure> {
    let valid: Vec<ImportRow> = asked.iter().filter(|row| row.reason.is_none()).cloned().collect();
    let names = names_of(&valid);
    let customer = customer_key(&session.customer);
    let claimed = claim(proxy, session, &customer, &names).await?;
    fail(asked, claimed.taken.iter(), TAKEN);
    if claimed.open.is_empty() && claimed.ended.is_empty() {
        return known_import(proxy, &claimed.connected).await;
    }
    let id = match carry_on(proxy, session, &claimed, asked).await {
        Err(Failure::Upstream(error)) if !error.is_certain() => {
            return lost(&claimed, asked, error).map(|()| None);
        }
        Err(failure) => {
            proxy.store.drop_claims(&customer, &claimed.fresh).await?;
            proxy.store.release_claims(&customer, &claimed.reopened).await?;
            return Err(failure);
        }
        Ok(Some(id)) => id,
        Ok(None) => {
            let mut mine: Vec<DomainName> = claimed.open.iter().chain(&claimed.connected).cloned().collect();
            mine.retain(|name| !claimed.waiting.contains(name));
            return known_import(proxy, &mine).await;
        }
    };
    tracing::info!(import.id = %id, domains = names.len(), "import started");
    Ok(Some(id))
}

/// Upstream may have accepted it: the claims stay, and the next check repeats the import (`import_again.rs`). Without
/// claims nothing is stored, and the customer has to repeat the import.
fn lost(claimed: &Claimed, asked: &mut [ImportRow], error: UpstreamError) -> Result<(), Failure> {
    if claimed.open.is_empty() {
        return Err(error.into());
    }
    tracing::warn!(
        upstream.request_id = error.request_id(),
        error.cause = %error,
        "no response to an import; it is repeated later"
    );
    fail(asked, claimed.ended.iter(), ASK_AGAIN);
    Ok(())
}

/// Upstream's job for what is claimed, once it is the customer's and what it says of each domain is written. `None`:
/// there is no job for the customer, and the claims without one are gone.
///
/// # Errors
/// As the calls upstream: then the claims are as they were.
pub(super) async fn carry_on(
    proxy: &Proxy,
    session: &Session,
    claimed: &Claimed,
    asked: &mut [ImportRow],
) -> Result<Option<ImportId>, Failure> {
    let customer = customer_key(&session.customer);
    let Some(seen) = own_job(proxy, session, &customer, claimed, asked).await? else {
        proxy.store.drop_claims(&customer, &claimed.waiting).await?;
        proxy.store.release_claims(&customer, &claimed.reopened).await?;
        fail(asked, claimed.waiting.iter().chain(&claimed.ended), OTHER_JOB);
        return Ok(None);
    };
    let id = seen.job.id.clone();
    let now = proxy.clock.now();
    proxy.store.see_import(&seen.job, seen.at.unwrap_or(now)).await?;
    // The answer to this very call is the first look.
    proxy.store.take_poll(&id, now, 0).await?;
    settle(proxy, session, &customer, claimed, &seen, asked).await?;
    proxy.store.keep_asked(&id, &customer, asked).await?;
    proxy.order_placement().watch_import(session, &id).await?;
    Ok(Some(id))
}

/// Whether upstream answered with a job that the partner had started before: results in it are of the
/// partner's doing.
async fn is_partners(proxy: &Proxy, claimed: &Claimed, seen: &SeenImport) -> Result<bool, Failure> {
    let Some(created_at) = seen.job.created_at else {
        return Ok(false);
    };
    let owners = proxy.store.owners(&claimed.open).await?;
    let since = owners.values().map(|owner| owner.since).min().unwrap_or_else(|| proxy.clock.now());
    if created_at >= since.saturating_sub(CLOCKS_DIFFER) {
        return Ok(false);
    }
    Ok(!proxy.store.import(&seen.job.id).await?.is_some_and(|import| import.is_ours))
}

/// Claims what may be claimed without another look at upstream's job.
async fn claim(proxy: &Proxy, session: &Session, customer: &str, names: &[DomainName]) -> Result<Claimed, Failure> {
    // Whether claims of others that have ended were proved in time, and not seen here.
    let mut others = proxy.store.owners(names).await?;
    others.retain(|_, owner| owner.customer != customer);
    proxy.order_placement().charging(session).prove(session, &mut others, ProofSources::All).await?;
    let claimer = |most: usize| Claimer { customer, now: proxy.clock.now(), most };
    let claimed = proxy.store.claim_domains(names, claimer(MAX_OPEN_CLAIMS), None).await?;
    if claimed.too_many.is_none() {
        return Ok(claimed);
    }
    let most = most(proxy, session).await?;
    let claimed = proxy.store.claim_domains(names, claimer(most), None).await?;
    claimed.too_many.map_or(Ok(claimed), |open| Err(too_many(open, most)))
}

/// The refusal of more open claims than the customer may have.
pub(super) fn too_many(open: usize, most: usize) -> Failure {
    let count = |count: usize| u32::try_from(count).ok();
    let details = Details { limit: count(most), open_count: count(open), ..Details::default() };
    let problem = Problem::new("too_many_open_claims", TOO_MANY).at("domains");
    Failure::Changed(Box::new(Problem { details, ..problem }))
}

/// Open claims that the session's customer may have: one import, or as many domains as its plan takes.
async fn most(proxy: &Proxy, session: &Session) -> Result<usize, Failure> {
    let required =
        proxy.order_placement().charging(session).upstream.plan(session.plan()?).await?.required_domains.total;
    Ok(usize::try_from(required).unwrap_or(usize::MAX).max(MAX_OPEN_CLAIMS))
}

/// Upstream's job for what is the customer's and what it may take over, once it is the customer's. `None`: it is
/// another customer's or the partner's, its nameservers were shown there, and what happens in it is of that one's
/// doing.
async fn own_job(
    proxy: &Proxy,
    session: &Session,
    customer: &str,
    claimed: &Claimed,
    asked: &[ImportRow],
) -> Result<Option<SeenImport>, Failure> {
    let mut names: Vec<DomainName> =
        claimed.open.iter().chain(&claimed.connected).chain(&claimed.ended).cloned().collect();
    names.sort_unstable();
    let owners = proxy.store.owners(&claimed.open).await?;
    let as_job = !claimed.ended.is_empty() || owners.values().any(|owner| owner.contested);
    let upstream = proxy.order_placement().charging(session).upstream;
    let seen = upstream.import(&names, as_job).await?;
    if is_partners(proxy, claimed, &seen).await? {
        return Ok(None);
    }
    if proxy.store.bind_import(&seen.job.id, customer, asked).await? {
        return Ok(Some(seen));
    }
    let Some(probe) = probe_name(customer, &seen.job.id, &names) else {
        return Ok(None);
    };
    let seen = match upstream.import_with_probe(&names, &probe).await {
        // Upstream rejects sets with such a name: then there is no other job.
        Err(UpstreamError::Refused { status: StatusCode::BAD_REQUEST, is_documented: true, .. }) => return Ok(None),
        answered => answered?,
    };
    let bound = proxy.store.bind_import(&seen.job.id, customer, asked).await?;
    Ok(bound.then_some(seen))
}

/// A name below the first of `names`, the same each time for `customer` when `job` belongs to someone else: a repeated
/// request continues the same job, and each customer has a job of their own. `None` if the set or the name is full.
fn probe_name(customer: &str, job: &ImportId, names: &[DomainName]) -> Option<String> {
    let first = names.first().filter(|_| names.len() < MAX_IMPORT_DOMAINS)?;
    let digest = Sha256::digest(format!("{job}\n{customer}"));
    let label = hex::encode(digest.get(..PROBE_BYTES)?);
    Some(format!("import-{label}.{first}")).filter(|name| name.len() <= MAX_NAME_LENGTH)
}

/// The import that contains the first of `names`.
async fn known_import(proxy: &Proxy, names: &[DomainName]) -> Result<Option<ImportId>, Failure> {
    let owners = proxy.store.owners(names).await?;
    Ok(names.iter().find_map(|name| owners.get(name).and_then(Owner::newest_job)).cloned())
}

/// Writes what upstream's first answer means for each domain.
async fn settle(
    proxy: &Proxy,
    session: &Session,
    customer: &str,
    claimed: &Claimed,
    seen: &SeenImport,
    asked: &mut [ImportRow],
) -> Result<(), Failure> {
    let (order_placement, job) = (proxy.order_placement().charging(session), &seen.job);
    let status_of = |name: &DomainName| job.status_of(name);
    // Refused names are not claimed.
    let refused = |name: &&DomainName| status_of(name) == "failed";
    let unused: Vec<DomainName> = claimed.waiting.iter().filter(refused).cloned().collect();
    proxy.store.drop_claims(customer, &unused).await?;
    // Completed before this customer did anything: the earlier one did it, or the partner.
    let (done, open): (Vec<DomainName>, Vec<DomainName>) =
        claimed.ended.iter().cloned().partition(|name| status_of(name) == "completed");
    let open: Vec<DomainName> = open.into_iter().filter(|name| status_of(name) != "failed").collect();
    let claimer = Claimer { customer, now: proxy.clock.now(), most: usize::MAX };
    let lost = proxy.store.claim_domains(&open, claimer, Some(&job.id)).await?.taken;
    fail(asked, done.iter().chain(&lost), TAKEN);

    let mut owners = proxy.store.owners(&claimed.open).await?;
    owners.retain(|_, owner| owner.customer == customer);
    let done = claimed.open.iter().filter(|name| status_of(name) == "completed");
    let listed = list(proxy, session, done.cloned().collect(), &job.id).await?;
    let mut older = Vec::new();
    for (name, row) in listed.iter().flat_map(|listed| &listed.rows) {
        if claimed.waiting.contains(name) && owners.get(name).is_some_and(|owner| !is_newer(row, owner)) {
            older.push(name.clone());
        }
    }
    // It was in the inventory before any customer asked for it: asking for a domain proves nothing.
    proxy.store.drop_claims(customer, &older).await?;
    fail(asked, older.iter(), TAKEN);

    let kept = claimed.open.iter().filter(|name| !unused.contains(name) && !older.contains(name));
    let proofs: Vec<(DomainName, Proof)> = kept
        .map(|name| {
            let proof = if status_of(name) == "completed" { Proof::Inventory } else { Proof::Job };
            (name.clone(), proof)
        })
        .collect();
    proxy.store.note_job(customer, &proofs, &job.id).await?;
    let names: Vec<DomainName> = proofs.into_iter().map(|(name, _)| name).collect();
    let mut owners = proxy.store.owners(&names).await?;
    order_placement.prove_listed(session, &mut owners, ProofSources::Inventory, listed).await
}

/// The inventory rows of `names`; `None` without names, or if the search fails.
async fn list(
    proxy: &Proxy,
    session: &Session,
    names: HashSet<DomainName>,
    job: &ImportId,
) -> Result<Option<Listed>, Failure> {
    if names.is_empty() {
        return Ok(None);
    }
    match proxy.order_placement().charging(session).inventory(names, job).await {
        Ok(listed) => Ok(Some(listed)),
        Err(Failure::Store(error)) => Err(error.into()),
        Err(failure) => {
            tracing::warn!(error.cause = %failure, "inventory search failed");
            Ok(None)
        }
    }
}
