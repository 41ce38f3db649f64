//! Finds the rule of each delivery: what was found for one is tried on the others before anything else is.

use super::ring::Ring;
use super::rule::Rule;
use crate::webhook::rejected::Delivery;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::signatures::{Encoding, Written};
use crate::webhook::search::{Effort, Tried, find};

/// Searches in full that find nothing before the rest is searched in brief only: among deliveries that look the same, and
/// among all.
const MAX_FAILED_ALIKE: usize = 3;
const MAX_FAILED: usize = 8;

/// What is known of one delivery.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// Which of the rules, and the signature that comes out by it.
    Explained(usize, Written),
    /// The body was cut.
    Undecidable,
    /// No header's value looks like a signature.
    Unsigned,
    /// Nothing fits; whether everything was tried.
    Unexplained { in_full: bool },
}

/// What is known of all.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) rules: Vec<Rule>,
    /// In the order of the deliveries.
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) tried: Tried,
}

/// Looks at all of them; `seen` hears how many are done.
pub(crate) fn examine(deliveries: &[Delivery], ring: &Ring, urls: &[String], mut seen: impl FnMut(usize)) -> Examined {
    let mut examined = Examined { rules: Vec::new(), verdicts: Vec::new(), tried: Tried::default() };
    for (index, delivery) in deliveries.iter().enumerate() {
        let facts = Facts::of(&delivery.capture);
        let verdict = match () {
            () if delivery.capture.cut_from.is_some() => Verdict::Undecidable,
            () if facts.signatures.is_empty() => Verdict::Unsigned,
            () => examined.look(&facts, ring, Effort::Brief),
        };
        examined.verdicts.push(verdict);
        seen(index + 1);
    }
    // A small body is searched as thoroughly as a large one, and sooner.
    let mut open: Vec<usize> = (0..deliveries.len()).filter(|index| examined.is_open(*index)).collect();
    open.sort_by_key(|index| deliveries.get(*index).map(|delivery| delivery.capture.body.len()));
    let mut failed: Vec<String> = Vec::new();
    for index in open {
        let Some(delivery) = deliveries.get(index) else { continue };
        let facts = Facts::of(&delivery.capture);
        let shape = shape(&facts);
        let alike = failed.iter().filter(|known| **known == shape).count();
        let in_full = alike < MAX_FAILED_ALIKE && failed.len() < MAX_FAILED;
        let verdict =
            if in_full { examined.look(&facts, ring, Effort::Full(urls)) } else { examined.by_known_rule(&facts) };
        if matches!(verdict, Verdict::Unexplained { in_full: true }) {
            failed.push(shape);
        }
        if let Some(known) = examined.verdicts.get_mut(index) {
            *known = verdict;
        }
        seen(deliveries.len());
    }
    examined.tell_alphabets_apart();
    examined
}

impl Examined {
    fn is_open(&self, index: usize) -> bool {
        matches!(self.verdicts.get(index), Some(Verdict::Unexplained { .. }))
    }

    /// One signature of a rule may have a letter that the others lack.
    fn tell_alphabets_apart(&mut self) {
        for verdict in &self.verdicts {
            if let Verdict::Explained(index, signature) = verdict
                && signature.encoding != Encoding::AnyBase64
                && let Some(rule) = self.rules.get_mut(*index)
            {
                rule.signature.encoding = signature.encoding;
            }
        }
    }

    /// What was found at another delivery, tried on this one.
    fn by_known_rule(&self, facts: &Facts<'_>) -> Verdict {
        let known = self.rules.iter().enumerate().find_map(|(index, rule)| Some((index, rule.fits(facts)?)));
        known.map_or(Verdict::Unexplained { in_full: false }, |(index, signature)| {
            Verdict::Explained(index, signature.clone())
        })
    }

    fn look(&mut self, facts: &Facts<'_>, ring: &Ring, effort: Effort<'_>) -> Verdict {
        let known = self.by_known_rule(facts);
        if matches!(known, Verdict::Explained(..)) {
            return known;
        }
        let (found, tried) = find(facts, &ring.keys, effort);
        self.tried.join(&tried);
        let Some(rule) = found.and_then(|found| Rule::of(found, facts, ring)) else {
            return Verdict::Unexplained { in_full: matches!(effort, Effort::Full(_)) };
        };
        let signature = rule.signature.clone();
        self.rules.push(rule);
        Verdict::Explained(self.rules.len() - 1, signature)
    }
}

/// Where the signatures stand and how they are written: deliveries that share this are most likely signed alike.
fn shape(facts: &Facts<'_>) -> String {
    let all = facts.signatures.iter();
    let mut all: Vec<String> = all
        .map(|written| format!("{} {} {:?}", written.header.to_ascii_lowercase(), written.label, written.encoding))
        .collect();
    all.sort();
    all.join("\n")
}
