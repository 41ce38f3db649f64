//! Finds the signing rule of each delivery: known rules are tried on other deliveries first.

use super::ring::Ring;
use super::rule::Rule;
use crate::webhook::rejected::Delivery;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::signatures::{Encoding, Written};
use crate::webhook::search::{Effort, Tried, find};

/// Maximum number of failed full searches before only brief ones: among similar deliveries, and among all.
const MAX_FAILED_ALIKE: usize = 3;
const MAX_FAILED: usize = 8;

/// The result for one delivery.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// Index of the rule, and the matching signature.
    Explained(usize, Written),
    /// The body was truncated.
    Undecidable,
    /// No header contains a signature.
    Unsigned,
    /// Nothing matches; whether the search was complete.
    Unexplained { in_full: bool },
}

/// All results.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) rules: Vec<Rule>,
    /// The results in the order of the deliveries.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) tried: Tried,
}

/// Examines all deliveries; calls `seen` with the number of finished ones.
pub(crate) fn examine(deliveries: &[Delivery], ring: &Ring, urls: &[String], mut seen: impl FnMut(usize)) -> Examined {
    let mut examined = Examined { rules: Vec::new(), outcomes: Vec::new(), tried: Tried::default() };
    for (index, delivery) in deliveries.iter().enumerate() {
        let facts = Facts::of(&delivery.capture);
        let outcome = match () {
            () if delivery.capture.cut_from.is_some() => Outcome::Undecidable,
            () if facts.signatures.is_empty() => Outcome::Unsigned,
            () => examined.look(&facts, ring, Effort::Brief),
        };
        examined.outcomes.push(outcome);
        seen(index + 1);
    }
    // A small body is searched as thoroughly as a large one, and faster.
    let mut open: Vec<usize> = (0..deliveries.len()).filter(|index| examined.is_open(*index)).collect();
    open.sort_by_key(|index| deliveries.get(*index).map(|delivery| delivery.capture.body.len()));
    let mut failed: Vec<String> = Vec::new();
    for index in open {
        let Some(delivery) = deliveries.get(index) else { continue };
        let facts = Facts::of(&delivery.capture);
        let shape = shape(&facts);
        let alike = failed.iter().filter(|known| **known == shape).count();
        let in_full = alike < MAX_FAILED_ALIKE && failed.len() < MAX_FAILED;
        let outcome =
            if in_full { examined.look(&facts, ring, Effort::Full(urls)) } else { examined.by_known_rule(&facts) };
        if matches!(outcome, Outcome::Unexplained { in_full: true }) {
            failed.push(shape);
        }
        if let Some(known) = examined.outcomes.get_mut(index) {
            *known = outcome;
        }
        seen(deliveries.len());
    }
    examined.tell_alphabets_apart();
    examined
}

impl Examined {
    fn is_open(&self, index: usize) -> bool {
        matches!(self.outcomes.get(index), Some(Outcome::Unexplained { .. }))
    }

    /// Only some signatures of a rule contain characters that identify the base64 alphabet.
    fn tell_alphabets_apart(&mut self) {
        for outcome in &self.outcomes {
            if let Outcome::Explained(index, signature) = outcome
                && signature.encoding != Encoding::AnyBase64
                && let Some(rule) = self.rules.get_mut(*index)
            {
                rule.signature.encoding = signature.encoding;
            }
        }
    }

    /// Tries the rules of other deliveries on this one.
    fn by_known_rule(&self, facts: &Facts<'_>) -> Outcome {
        let known = self.rules.iter().enumerate().find_map(|(index, rule)| Some((index, rule.fits(facts)?)));
        known.map_or(Outcome::Unexplained { in_full: false }, |(index, signature)| {
            Outcome::Explained(index, signature.clone())
        })
    }

    fn look(&mut self, facts: &Facts<'_>, ring: &Ring, effort: Effort<'_>) -> Outcome {
        let known = self.by_known_rule(facts);
        if matches!(known, Outcome::Explained(..)) {
            return known;
        }
        let (found, tried) = find(facts, &ring.keys, effort);
        self.tried.join(&tried);
        let Some(rule) = found.and_then(|found| Rule::of(found, facts, ring)) else {
            return Outcome::Unexplained { in_full: matches!(effort, Effort::Full(_)) };
        };
        let signature = rule.signature.clone();
        self.rules.push(rule);
        Outcome::Explained(self.rules.len() - 1, signature)
    }
}

/// Position and format of the signatures: deliveries that share them probably have the same rule.
fn shape(facts: &Facts<'_>) -> String {
    let all = facts.signatures.iter();
    let mut all: Vec<String> = all
        .map(|written| format!("{} {} {:?}", written.header.to_ascii_lowercase(), written.label, written.encoding))
        .collect();
    all.sort();
    all.join("\n")
}
