//! Groups deliveries with the same findings.

use super::advice::advice;
use super::clock::{self, Side};
use super::diagnosis::{Diagnosis, Expected, Group};
use super::examine::{Examined, Outcome, examine};
use super::finding::{Finding, Remedy};
use super::ring::Ring;
use super::words;
use crate::webhook::capture::Capture;
use crate::webhook::rejected::Delivery;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::listing::Listing;
use std::collections::{BTreeMap, BTreeSet};

/// Deliveries with equal values belong to one group.
type Sameness = (Option<usize>, u8, Side, Vec<Finding>);

/// Examines all deliveries; calls `seen` with the number of finished ones.
pub(crate) fn diagnose(
    deliveries: &[Delivery],
    ring: &Ring,
    expected: Expected,
    urls: &[String],
    seen: impl FnMut(usize),
) -> Diagnosis {
    let examined = examine(deliveries, ring, urls, seen);
    let mut together: BTreeMap<Sameness, Vec<usize>> = BTreeMap::new();
    for (index, (delivery, outcome)) in deliveries.iter().zip(&examined.outcomes).enumerate() {
        let same = sameness(delivery, outcome, &examined, ring, expected);
        together.entry(same).or_default().push(index);
    }
    let mut groups: Vec<Group> = together
        .into_iter()
        .map(|((rule, _, side, mut findings), members)| {
            findings.extend(of_clock(side, &members, deliveries, expected));
            Group { members, rule, findings }
        })
        .collect();
    for group in &mut groups {
        group.findings.extend(of_search(group, &examined, deliveries, ring));
        group.findings.extend(of_reason(group, deliveries, &examined, ring, expected));
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.members.len()));
    let listing = listing(&examined, deliveries, ring, urls);
    Diagnosis { groups, rules: examined.rules, tried: examined.tried, listing }
}

/// The attempts for the first delivery with a full search without result.
fn listing(examined: &Examined, deliveries: &[Delivery], ring: &Ring, urls: &[String]) -> Option<Listing> {
    let in_vain = |outcome: &Outcome| matches!(outcome, Outcome::Unexplained { in_full: true });
    let first = deliveries.get(examined.outcomes.iter().position(in_vain)?)?;
    Some(Listing::of(&Facts::of(&first.capture), &ring.keys, urls, |secret| ring.label(secret)))
}

fn sameness(delivery: &Delivery, outcome: &Outcome, examined: &Examined, ring: &Ring, expected: Expected) -> Sameness {
    match outcome {
        Outcome::Explained(index, signature) => {
            let facts = Facts::of(&delivery.capture);
            let rule = examined.rules.get(*index);
            let findings = rule.map(|rule| advice(rule, signature, &facts, ring, expected.template));
            (Some(*index), 0, clock::side(&delivery.capture, expected.tolerance), findings.unwrap_or_default())
        }
        Outcome::Undecidable if delivery.capture.is_withheld => (None, 4, Side::Fine, vec![words::withheld()]),
        Outcome::Undecidable => (None, 1, Side::Fine, vec![words::undecidable()]),
        Outcome::Unsigned => {
            let finding = words::unknown_signature(&delivery.capture).unwrap_or_else(words::without_signature);
            (None, 2, Side::Fine, vec![finding])
        }
        Outcome::Unexplained { .. } => (None, 3, Side::Fine, Vec::new()),
    }
}

fn of_clock(side: Side, members: &[usize], deliveries: &[Delivery], expected: Expected) -> Option<Finding> {
    let chosen: Vec<&Delivery> = members.iter().filter_map(|index| deliveries.get(*index)).collect();
    let captures: Vec<&Capture> = chosen.iter().map(|delivery| &delivery.capture).collect();
    let events: BTreeSet<String> = chosen.iter().filter_map(|delivery| delivery.event_id()).collect();
    clock::finding(side, &captures, &events, expected.tolerance)
}

/// The attempts without result, and the next steps.
fn of_search(group: &Group, examined: &Examined, deliveries: &[Delivery], ring: &Ring) -> Vec<Finding> {
    if group.rule.is_some() || !group.findings.is_empty() {
        return Vec::new();
    }
    let in_full = group
        .members
        .iter()
        .filter(|index| matches!(examined.outcomes.get(**index), Some(Outcome::Unexplained { in_full: true })));
    let members: Vec<&Delivery> = group.members.iter().filter_map(|index| deliveries.get(*index)).collect();
    words::in_vain(&examined.tried, in_full.count(), ring, &members)
}

/// A delivery that these settings would accept, but that was rejected.
fn of_reason(
    group: &Group,
    deliveries: &[Delivery],
    all: &Examined,
    ring: &Ring,
    expected: Expected,
) -> Option<Finding> {
    let rule = all.rules.get(group.rule?)?;
    if group.has(|remedy| *remedy != Remedy::Note) {
        return None;
    }
    let reasons = group.members.iter().filter_map(|index| deliveries.get(*index)?.reason.clone());
    let reasons: BTreeSet<String> = reasons.collect();
    (!reasons.is_empty()).then(|| words::other_settings(rule, &reasons, ring, expected))
}
