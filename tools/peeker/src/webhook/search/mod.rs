//! Searches for the rule that reproduces a signature: key, base string, bytes of the body, algorithm.
//!
//! Only a complete match counts, so a result is never accidental. Common prefixes of messages are computed once.

pub(crate) mod facts;
pub(crate) mod keys;
pub(crate) mod listing;
pub(crate) mod mac;
pub(crate) mod moments;
pub(crate) mod places;
mod plan;
pub(crate) mod recipe;
pub(crate) mod signatures;
pub(crate) mod unknown;

use crate::webhook::reencoding::{Candidate, candidates};
use facts::Facts;
use keys::{Key, Rank};
use mac::Algorithm;
use plan::{Bodies, STAGES, Stage, brief, stage};
use recipe::Recipe;
use std::collections::{BTreeMap, HashMap};

/// Maximum number of bytes hashed in one search: some seconds, and only with bodies of hundreds of kilobytes.
const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// The extent of a search.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effort<'u> {
    /// Only the most common rules.
    Brief,
    /// Everything; the receiver's URL may be any of these.
    Full(&'u [String]),
}

/// How the signature matches.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Index of the key.
    pub(crate) key: usize,
    pub(crate) recipe: Recipe,
    /// Changes to the body, and the result.
    pub(crate) body: Candidate,
    /// Index of the delivery's signature.
    pub(crate) signature: usize,
}

/// The size of the search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tried {
    /// Number of signed messages.
    pub(crate) combinations: u64,
    pub(crate) base_strings: usize,
    pub(crate) keys: usize,
    pub(crate) bodies: usize,
    /// Whether the body was too long for some attempts.
    pub(crate) cut: bool,
    bytes: u64,
}

impl Tried {
    /// The larger of each number.
    pub(crate) fn join(&mut self, other: &Self) {
        self.combinations += other.combinations;
        self.base_strings = self.base_strings.max(other.base_strings);
        self.keys = self.keys.max(other.keys);
        self.bodies = self.bodies.max(other.bodies);
        self.cut |= other.cut;
    }
}

/// The first rule that reproduces one of the signatures, the most common ones first.
pub(crate) fn find(facts: &Facts<'_>, keys: &[Key], effort: Effort<'_>) -> (Option<Found>, Tried) {
    let mut search = Search { facts, keys, wanted: wanted(facts), tried: Tried::default() };
    if search.wanted.is_empty() {
        return (None, search.tried);
    }
    let received = [Candidate { body: facts.capture.body.clone(), steps: Vec::new() }];
    let Effort::Full(urls) = effort else {
        let found = search.pass(&brief(facts), &received);
        return (found, search.tried);
    };
    let mut changed: Option<[Vec<Candidate>; 2]> = None;
    for number in 0..STAGES {
        let stage = stage(number, facts, urls);
        let bodies = match stage.bodies {
            Bodies::Received => &received[..],
            Bodies::Changed => &changed.get_or_insert_with(|| changes(&facts.capture.body))[0],
            Bodies::ChangedMore => &changed.get_or_insert_with(|| changes(&facts.capture.body))[1],
        };
        if let Some(found) = search.pass(&stage, bodies) {
            return (Some(found), search.tried);
        }
    }
    (None, search.tried)
}

/// The body with one or two changes, and with three.
fn changes(body: &[u8]) -> [Vec<Candidate>; 2] {
    let all = candidates(body).into_iter().filter(|candidate| !candidate.steps.is_empty());
    let (few, many) = all.partition(|candidate| candidate.steps.len() <= 2);
    [few, many]
}

/// Signatures to find, by algorithm, with their index.
type Wanted = BTreeMap<Algorithm, HashMap<Vec<u8>, usize>>;

fn wanted(facts: &Facts<'_>) -> Wanted {
    let mut wanted = Wanted::new();
    for (index, signature) in facts.signatures.iter().enumerate() {
        wanted.entry(signature.algorithm).or_default().entry(signature.bytes.clone()).or_insert(index);
    }
    wanted
}

/// Base strings with a common prefix, and the rest of each after the body.
struct Shared<'r> {
    before: Vec<u8>,
    has_body: bool,
    ends: Vec<(Vec<u8>, &'r Recipe)>,
}

fn share<'r>(recipes: &'r [Recipe], facts: &Facts<'_>) -> Vec<Shared<'r>> {
    let mut at: HashMap<(Vec<u8>, bool), usize> = HashMap::new();
    let mut all: Vec<Shared<'r>> = Vec::new();
    for recipe in recipes {
        let Some(pieces) = recipe.pieces(facts) else { continue };
        let key = (pieces.before, pieces.has_body);
        let index = *at.entry(key.clone()).or_insert(all.len());
        if index == all.len() {
            all.push(Shared { before: key.0, has_body: key.1, ends: Vec::new() });
        }
        if let Some(shared) = all.get_mut(index) {
            shared.ends.push((pieces.after, recipe));
        }
    }
    all
}

struct Search<'s> {
    facts: &'s Facts<'s>,
    keys: &'s [Key],
    wanted: Wanted,
    tried: Tried,
}

impl Search<'_> {
    fn pass(&mut self, stage: &Stage, bodies: &[Candidate]) -> Option<Found> {
        let all = share(&stage.recipes, self.facts);
        let keys = self.keys.iter().filter(|key| key.rank <= stage.rank).count();
        self.tried.base_strings += if stage.bodies == Bodies::Received { stage.recipes.len() } else { 0 };
        self.tried.keys = self.tried.keys.max(keys);
        self.tried.bodies += if stage.bodies == Bodies::Received { 0 } else { bodies.len() };
        for candidate in bodies {
            let tried = (0..self.keys.len()).filter(|key| self.rank(*key) <= Some(stage.rank));
            for key in tried.collect::<Vec<_>>() {
                if let Some((recipe, signature)) = self.with_key(key, &all, &candidate.body) {
                    return Some(Found { key, recipe: recipe.clone(), body: candidate.clone(), signature });
                }
                if self.tried.cut {
                    return None;
                }
            }
        }
        None
    }

    fn rank(&self, key: usize) -> Option<Rank> {
        self.keys.get(key).map(|key| key.rank)
    }

    fn with_key<'r>(&mut self, key: usize, all: &[Shared<'r>], body: &[u8]) -> Option<(&'r Recipe, usize)> {
        let key = self.keys.get(key)?;
        for (algorithm, wanted) in &self.wanted {
            let begun = algorithm.begin(&key.bytes)?;
            for shared in all {
                let mut running = begun.clone();
                running.update(&shared.before);
                if shared.has_body {
                    running.update(body);
                }
                let length = shared.before.len() + if shared.has_body { body.len() } else { 0 };
                self.tried.bytes += u64::try_from(length).unwrap_or(u64::MAX);
                for (after, recipe) in &shared.ends {
                    let mut running = running.clone();
                    running.update(after);
                    self.tried.combinations += 1;
                    if let Some(signature) = wanted.get(&running.finish()) {
                        return Some((*recipe, *signature));
                    }
                }
            }
            self.tried.cut = self.tried.bytes > MAX_BYTES;
            if self.tried.cut {
                return None;
            }
        }
        None
    }
}

/// The signature that matches a rule found in another delivery: its index.
pub(crate) fn fits(
    facts: &Facts<'_>,
    key: &Key,
    recipe: &Recipe,
    body: &[u8],
    is_like: impl Fn(&signatures::Written) -> bool,
) -> Option<usize> {
    let pieces = recipe.pieces(facts)?;
    let mut candidates = facts.signatures.iter().enumerate().filter(|(_, written)| is_like(written));
    candidates.find_map(|(index, written)| {
        let mut running = written.algorithm.begin(&key.bytes)?;
        running.update(&pieces.before);
        if pieces.has_body {
            running.update(body);
        }
        running.update(&pieces.after);
        (running.finish() == written.bytes).then_some(index)
    })
}

/// A base string of the functions that matches, possibly with a changed body or a decoded secret.
pub(crate) fn find_known(facts: &Facts<'_>, keys: &[Key], templates: &[&str]) -> Option<Found> {
    let recipes: Vec<Recipe> = templates.iter().filter_map(|template| Recipe::standard(template)).collect();
    let mut search = Search { facts, keys, wanted: wanted(facts), tried: Tried::default() };
    let mut stage = Stage { recipes, rank: Rank::Odd, bodies: Bodies::Received };
    let (received, changed): (Vec<_>, Vec<_>) =
        candidates(&facts.capture.body).into_iter().partition(|candidate| candidate.steps.is_empty());
    search.pass(&stage, &received).or_else(|| {
        // Two problems rarely occur together: a changed body is tried with unchanged secrets.
        stage.rank = Rank::Written;
        search.pass(&stage, &changed)
    })
}
