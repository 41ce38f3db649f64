//! Goes on with claims that have no job, because upstream's answer to their import was lost, or we were interrupted.
//!
//! Upstream may have the job: the same set again gives the same job (docs/upstream.md#imports). The customer has seen
//! nothing of it yet, so the claims go on as if they were just made.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::order_proxy::import_rows::{asked_row, is_pending};
use crate::order_proxy::import_start::carry_on;
use crate::order_proxy::import_view::{NOT_TAKEN, fail};
use crate::order_proxy::proxy::Proxy;
use crate::session::Session;
use crate::store::claim::Claimed;
use crate::store::claim::Owner;
use crate::upstream::UpstreamError;
use axum::http::StatusCode;
use shared::answers::{ImportRow, MAX_IMPORT_DOMAINS};
use shared::customer::customer_key;
use shared::domain_name::DomainName;
use std::collections::{BTreeSet, HashMap};

/// Repeats the import of the customer's claims without a job among `owners`, at the polling interval, and together
/// with those that were made in the same request: that was the set. What is refused is marked in `asked`.
pub(super) async fn ask_again(
    proxy: &Proxy,
    session: &Session,
    owners: &HashMap<DomainName, Owner>,
    asked: &mut [ImportRow],
) -> Result<(), Failure> {
    let customer = customer_key(&session.customer);
    let mine = owners.values().filter(|owner| owner.customer == customer && is_pending(owner));
    let begun: BTreeSet<Timestamp> = mine.map(|owner| owner.since).collect();
    let pace = i64::from(proxy.shop.import_poll_seconds);
    if !proxy.store.take_asking(&customer, proxy.clock.now(), pace).await? {
        return Ok(());
    }
    let open = proxy.store.open_claims(&customer).await?;
    let together = open.into_iter().filter(|(_, owner)| is_pending(owner) && begun.contains(&owner.since));
    let mut set: Vec<DomainName> = together.map(|(name, _)| name).collect();
    if set.len() > MAX_IMPORT_DOMAINS {
        set.retain(|name| owners.contains_key(name));
        set.truncate(MAX_IMPORT_DOMAINS);
    }
    let mut rows = rows_of(&set, asked);
    let claimed = Claimed { open: set.clone(), waiting: set.clone(), ..Claimed::default() };
    match carry_on(proxy, session, &claimed, &mut rows).await {
        Ok(_) => {
            // A rejected domain is no longer claimed, so this response is the only one with the reason.
            for row in rows.iter().filter(|row| row.reason.is_some()) {
                for asked in asked.iter_mut().filter(|asked| asked.domain == row.domain) {
                    asked.clone_from(row);
                }
            }
        }
        Err(Failure::Upstream(error)) if is_final(&error) => {
            tracing::warn!(error.cause = %error, "repeated import rejected by upstream");
            proxy.store.drop_claims(&customer, &set).await?;
            fail(asked, set.iter(), NOT_TAKEN);
        }
        // The outcome is unknown: the claims stay unchanged, and the next check repeats the import.
        Err(Failure::BudgetSpent) => {}
        Err(Failure::Upstream(error)) => {
            tracing::warn!(
                upstream.request_id = error.request_id(),
                error.cause = %error,
                "import not repeated"
            );
        }
        Err(failure) => return Err(failure),
    }
    Ok(())
}

/// The rows of the set, in the order and with the failed ones of `asked` when all of the set is asked for.
fn rows_of(set: &[DomainName], asked: &[ImportRow]) -> Vec<ImportRow> {
    let is_of_set = |row: &&ImportRow| set.iter().any(|name| row.domain == name.as_str());
    let is_asked = |name: &DomainName| asked.iter().any(|row| row.domain == name.as_str());
    if set.iter().all(is_asked) {
        asked.iter().filter(|row| row.reason.is_some() || is_of_set(row)).cloned().collect()
    } else {
        set.iter().map(|name| asked_row(name.as_str())).collect()
    }
}

/// Whether upstream has rejected these names permanently.
fn is_final(error: &UpstreamError) -> bool {
    matches!(error, UpstreamError::Refused { status: StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, .. })
}
