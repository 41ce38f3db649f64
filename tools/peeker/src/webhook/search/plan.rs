//! The search plan: base strings, keys and bodies, most common first.
//!
//! Two rare deviations rarely occur together: rare options of one dimension are tried with common ones of the others.

use super::facts::Facts;
use super::keys::Rank;
use super::moments::Form;
use super::recipe::{Digest, Part, Recipe};

/// Separators of the parts, common ones first.
pub(super) const SEPARATORS: [&str; 13] = [".", ":", "", "\n", "|", "-", ",", "_", " ", "/", ";", "&", "\r\n"];
/// Number of common separators.
const USUAL: usize = 6;
/// An end that repeats the separator.
const SAME: &str = "same";
/// Version words before the parts.
const WORDS: [&str; 4] = ["v0", "v1", "v2", "1"];

/// The bodies to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// As received.
    Received,
    /// With one or two changes.
    Changed,
    /// With more changes.
    ChangedMore,
}

/// Base strings of one stage.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) recipes: Vec<Recipe>,
    /// Maximum rank of the keys.
    pub(crate) rank: Rank,
    pub(crate) bodies: Bodies,
}

/// Number of stages.
pub(crate) const STAGES: usize = 7;

/// The stage with this number; created on demand, because most searches end in the first.
pub(crate) fn stage(number: usize, facts: &Facts<'_>, urls: &[String]) -> Stage {
    let ids = ids(facts);
    let id: Vec<Parts> = ids.iter().take(1).cloned().collect();
    // The first place in all formats, and unchanged.
    let (header, written) = (times(facts, &Form::ALL, 1), times(facts, &[Form::Written], 1));
    let body = vec![vec![Part::Body]];
    let (made, ends): (_, &[&'static str]) = match number {
        0 => (arrange(&[times(facts, &Form::ALL, usize::MAX), ids, body]), &["", "\n", SAME]),
        1 => (after_words(&words(facts), &covering(&arrange(&[header, ids, body]))), &["", "\n"]),
        2 => {
            let digests = Digest::ALL.map(|digest| vec![Part::Digest(digest)]).to_vec();
            (covering(&arrange(&[written, id, digests])), &["", "\n"])
        }
        3 => (covering(&arrange(&[header, ids, body])), &[""]),
        4 => {
            let mut bodies = body;
            bodies.push(vec![Part::Digest(Digest::Sha256Hex)]);
            let mut all = covering(&arrange(&[written, id, bodies, addresses(facts, urls)]));
            all.retain(|parts| parts.iter().any(is_address));
            (all, &["", "\n"])
        }
        // Line ends after the body are changes of the body.
        _ => (covering(&arrange(&[written, id, body])), &[""]),
    };
    let (usual, rare) = SEPARATORS.split_at(USUAL);
    let (separators, rank, bodies): (&[&'static str], _, _) = match number {
        0 => (usual, Rank::Odd, Bodies::Received),
        3 => (rare, Rank::Usual, Bodies::Received),
        1..=4 => (usual, Rank::Usual, Bodies::Received),
        5 => (usual, Rank::Usual, Bodies::Changed),
        _ => (usual.get(..1).unwrap_or_default(), Rank::Written, Bodies::ChangedMore),
    };
    Stage { recipes: recipes(&made, separators, ends), rank, bodies }
}

/// The first stage for every delivery: the most common base strings and keys.
pub(crate) fn brief(facts: &Facts<'_>) -> Stage {
    Stage { rank: Rank::Usual, ..stage(0, facts, &[]) }
}

type Parts = Vec<Part>;

/// The times of the first places, in these formats.
fn times(facts: &Facts<'_>, forms: &[Form], places: usize) -> Vec<Parts> {
    let mut texts = Vec::new();
    let mut all = Vec::new();
    for place in facts.times.iter().take(places) {
        for form in forms {
            // Two names for the same text would be two findings for one fact.
            let text = facts.read(place).and_then(|text| form.write(&text));
            if let Some(text) = text.filter(|text| !texts.contains(text)) {
                texts.push(text);
                all.push(vec![Part::Time(place.clone(), *form)]);
            }
        }
    }
    all
}

fn ids(facts: &Facts<'_>) -> Vec<Parts> {
    let mut texts = Vec::new();
    let mut all = Vec::new();
    for place in &facts.ids {
        if let Some(text) = facts.read(place).filter(|text| !texts.contains(text)) {
            texts.push(text);
            all.push(vec![Part::Id(place.clone())]);
        }
    }
    all
}

fn addresses(facts: &Facts<'_>, urls: &[String]) -> Vec<Parts> {
    let by_host = facts.url();
    let others = urls.iter().filter(|url| by_host.as_ref() != Some(*url));
    let mut places = vec![Part::Path];
    places.extend(by_host.as_ref().map(|_| Part::Url(None)));
    places.extend(others.map(|url| Part::Url(Some(url.clone()))));
    let with_method = places.iter().map(|place| vec![Part::Method, place.clone()]);
    with_method.chain(places.iter().map(|place| vec![place.clone()])).chain([vec![Part::Method]]).collect()
}

fn is_address(part: &Part) -> bool {
    matches!(part, Part::Method | Part::Path | Part::Url(_))
}

/// The version words, and the words before the signatures of this delivery.
fn words(facts: &Facts<'_>) -> Vec<String> {
    let mut words: Vec<String> = WORDS.map(str::to_owned).to_vec();
    for signature in &facts.signatures {
        let word = signature.label.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
        if !word.is_empty() && !words.contains(&word) && words.len() < 8 {
            words.push(word);
        }
    }
    words
}

/// Every permutation of every subset of classes, with every member of each.
fn arrange(classes: &[Vec<Parts>]) -> Vec<Parts> {
    let mut all = Vec::new();
    extend(classes, &mut vec![false; classes.len()], &mut Vec::new(), &mut all);
    all
}

fn extend(classes: &[Vec<Parts>], used: &mut [bool], so_far: &mut Parts, all: &mut Vec<Parts>) {
    for (index, class) in classes.iter().enumerate() {
        if used.get(index).copied().unwrap_or(true) {
            continue;
        }
        for member in class {
            let length = so_far.len();
            so_far.extend(member.iter().cloned());
            all.push(so_far.clone());
            mark(used, index, true);
            extend(classes, used, so_far, all);
            mark(used, index, false);
            so_far.truncate(length);
        }
    }
}

fn mark(used: &mut [bool], index: usize, value: bool) {
    if let Some(flag) = used.get_mut(index) {
        *flag = value;
    }
}

/// Arrangements that contain the body or its hash.
fn covering(arrangements: &[Parts]) -> Vec<Parts> {
    let covers = |parts: &&Parts| parts.iter().any(|part| matches!(part, Part::Body | Part::Digest(_)));
    arrangements.iter().filter(covers).cloned().collect()
}

/// The arrangements, with each word before them.
fn after_words(words: &[String], arrangements: &[Parts]) -> Vec<Parts> {
    let with = |word: &String, parts: &Parts| [&[Part::Word(word.clone())], parts.as_slice()].concat();
    words.iter().flat_map(|word| arrangements.iter().map(move |parts| with(word, parts))).collect()
}

/// The arrangements, with each separator and each end.
fn recipes(arrangements: &[Parts], separators: &[&'static str], ends: &[&'static str]) -> Vec<Recipe> {
    let mut all = Vec::new();
    for parts in arrangements {
        // A single part needs no separator.
        let separators = if parts.len() > 1 { separators } else { &[""] };
        for separator in separators {
            for end in ends {
                let end = if *end == SAME { separator } else { end };
                all.push(Recipe { parts: parts.clone(), separator, end });
            }
        }
    }
    all
}
