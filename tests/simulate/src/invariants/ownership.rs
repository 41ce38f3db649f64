//! No customer gets a domain of another one.

use crate::invariants::facts::{Evidence, Finding, UpstreamOrder};
use serde_json::Value;
use shared::customer::is_pseudonym;
use std::collections::BTreeMap;

/// Whether `customer` had set the nameservers of `domain` by then, in its own import.
fn has_set(evidence: &Evidence, customer: &str, domain: &str, by: u64) -> bool {
    evidence
        .pages
        .iter()
        .filter(|pages| pages.customer == customer)
        .any(|pages| pages.switched.iter().any(|set| set.at <= by && set.names.iter().any(|name| name == domain)))
}

/// An order contains only owned domains that its own customer connected before.
pub(super) fn owned(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for order in &evidence.upstream {
        let Some(customer) = evidence.customer_of(order) else { continue };
        for domain in order.imported.iter().filter(|domain| !has_set(evidence, customer, domain, order.created)) {
            findings.push((
                order.id.clone(),
                format!("of {customer} contains {domain}, which belongs to another customer"),
            ));
        }
    }
    findings
}

/// A domain is connected for the customer who set its nameservers.
pub(super) fn proofs(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &evidence.items {
        let text = |path: &str| item.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let Some(domain) = text("/pk/S").strip_prefix("DOMAIN#").filter(|_| text("/sk/S") == "OWNER") else {
            continue;
        };
        let owner = text("/owner/S");
        let mut erased = evidence.erased.iter().map(|erased| erased.customer.as_str());
        let is_right = match is_pseudonym(owner) {
            true => erased.any(|customer| has_set(evidence, customer, domain, u64::MAX)),
            false => has_set(evidence, owner, domain, u64::MAX),
        };
        if item.get("connected").is_some() && !is_right {
            findings.push((domain.to_owned(), format!("is connected for {owner}, who has not set its nameservers")));
        }
    }
    findings
}

/// No domain is in orders of two customers, unless the first order failed and the domain became available again.
pub(super) fn once(evidence: &Evidence) -> Vec<Finding> {
    let mut seen: BTreeMap<&str, &UpstreamOrder> = BTreeMap::new();
    let mut findings = Vec::new();
    for order in &evidence.upstream {
        for domain in &order.domains {
            let Some(other) = seen.insert(domain, order) else { continue };
            let for_sale = other.status == "failed" && !other.imported.contains(domain);
            if evidence.customer_of(other) != evidence.customer_of(order) && !for_sale {
                findings.push((domain.clone(), format!("is in {} and in {} of another customer", other.id, order.id)));
            }
        }
    }
    findings
}

/// Registered domains are under offered TLDs.
pub(super) fn offered(evidence: &Evidence) -> Vec<Finding> {
    let Some(features) = &evidence.features else { return Vec::new() };
    let mut findings = Vec::new();
    for order in &evidence.upstream {
        let registered = order.domains.iter().filter(|domain| !order.imported.contains(domain));
        for domain in registered.filter(|domain| !domain.split_once('.').is_some_and(|(_, end)| features.offers(end))) {
            findings.push((order.id.clone(), format!("contains {domain}, and its TLD is not offered")));
        }
    }
    findings
}
