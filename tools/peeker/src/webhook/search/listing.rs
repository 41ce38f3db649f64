//! Lists everything that a full search tries.

use super::facts::Facts;
use super::keys::Key;
use super::plan::{SEPARATORS, STAGES, stage};
use super::signatures::Encoding;
use crate::webhook::reencoding::candidates;
use crate::webhook::search::mac::Algorithm;
use serde_json::{Value, json};

/// The attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    /// Parts of base strings in order, with a space for the separator.
    pub(crate) base_strings: Vec<String>,
    pub(crate) separators: Vec<String>,
    /// How secrets were decoded, without their values.
    pub(crate) keys: Vec<String>,
    pub(crate) algorithms: Vec<&'static str>,
    pub(crate) encodings: Vec<&'static str>,
    /// Forms of the body.
    pub(crate) bodies: Vec<String>,
}

impl Listing {
    /// The attempts of a full search for the delivery of `facts`; `label` gives the label of a secret.
    pub(crate) fn of(facts: &Facts<'_>, keys: &[Key], urls: &[String], label: impl Fn(usize) -> String) -> Self {
        let recipes = (0..STAGES).flat_map(|number| stage(number, facts, urls).recipes);
        let mut base_strings: Vec<String> = recipes.map(|recipe| recipe.parts_in_words()).collect();
        base_strings.sort();
        base_strings.dedup();
        let reading = |key: &Key| if key.reading.is_empty() { "unchanged" } else { key.reading };
        let form = |steps: &[&str]| if steps.is_empty() { "as it came".to_owned() } else { steps.join(", ") };
        Self {
            base_strings,
            separators: SEPARATORS.iter().map(|separator| visible(separator)).collect(),
            keys: keys.iter().map(|key| format!("{} {}", label(key.secret), reading(key))).collect(),
            algorithms: [Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha1].map(Algorithm::name).to_vec(),
            encodings: [Encoding::Hexadecimal, Encoding::Base64, Encoding::Base64Url].map(Encoding::name).to_vec(),
            bodies: candidates(&facts.capture.body).iter().map(|candidate| form(&candidate.steps)).collect(),
        }
    }

    /// The JSON form.
    pub(crate) fn document(&self) -> Value {
        json!({
            "base_strings": self.base_strings,
            "separators": self.separators,
            "keys": self.keys,
            "algorithms": self.algorithms,
            "encodings": self.encodings,
            "bodies": self.bodies,
        })
    }

    /// The text form.
    pub(crate) fn lines(&self) -> Vec<String> {
        let names = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let rows = [
            ("Base strings", &self.base_strings),
            ("Separators", &self.separators),
            ("Keys", &self.keys),
            ("Algorithms", &names(&self.algorithms)),
            ("Encodings", &names(&self.encodings)),
            ("The body", &self.bodies),
        ];
        rows.iter().map(|(label, words)| format!("{label}: {}", words.join("; "))).collect()
    }
}

fn visible(separator: &str) -> String {
    match separator {
        "" => "nothing".to_owned(),
        " " => "a space".to_owned(),
        other => other.replace('\r', "\\r").replace('\n', "\\n"),
    }
}
