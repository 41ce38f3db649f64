//! Nothing names a customer who was erased.

use super::{Evidence, Finding};
use crate::erasures::Erased;
use crate::packed::text_of;

/// Characters of what was found that are shown.
const SHOWN: usize = 400;

/// No item, no answer of the partner's routes, and no log line of anybody holds an address, a name or an id of who was
/// erased. A log cannot be erased later: its lines name no customer from the start.
pub(super) fn forgotten(evidence: &Evidence) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let open = evidence.erased.iter().filter(|erased| !erased.is_done);
    findings.extend(open.map(|erased| (erased.customer.clone(), "was not erased in the end".to_owned())));
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
