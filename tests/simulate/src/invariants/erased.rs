//! No data name an erased customer.

use crate::decompress::text_of;
use crate::erasures::Erased;
use crate::invariants::facts::{Evidence, Finding};

/// Maximum number of characters shown of a finding.
const SHOWN: usize = 400;

/// No item, no response to the partner, and no log line contains an e-mail address, a name or an id of an erased
/// customer. A log cannot be erased later, so its lines never name a customer.
pub(super) fn forgotten(evidence: &Evidence) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let open = evidence.erased.iter().filter(|erased| !erased.is_done);
    findings.extend(open.map(|erased| (erased.customer.clone(), "was not completely erased".to_owned())));
    let words: Vec<(&Erased, &String)> =
        evidence.erased.iter().flat_map(|erased| erased.words.iter().map(move |word| (erased, word))).collect();
    if !words.is_empty() {
        for (place, text) in texts(evidence).map(|(place, text)| (place, text.to_ascii_lowercase())) {
            for (erased, word) in words.iter().filter(|(_, word)| text.contains(word.as_str())) {
                let shown: String = text.chars().take(SHOWN).collect();
                findings.push((erased.customer.clone(), format!("was erased, and {word} is in {place}: {shown}")));
            }
        }
    }
    let naming = evidence.naming.iter().map(|line| ("a log line".to_owned(), format!("names a customer: {line}")));
    findings.into_iter().chain(naming).collect()
}

fn texts(evidence: &Evidence) -> impl Iterator<Item = (&'static str, String)> {
    let items = evidence.items.iter().map(|item| ("the table", text_of(item)));
    items.chain(evidence.answers.iter().map(|answer| ("an answer to the partner", answer.clone())))
}
