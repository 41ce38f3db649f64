//! A signing rule found in one delivery: its description, and its application to others.

use super::ring::Ring;
use crate::webhook::reencoding::apply;
use crate::webhook::search::facts::Facts;
use crate::webhook::search::keys::Key;
use crate::webhook::search::places::title;
use crate::webhook::search::recipe::Recipe;
use crate::webhook::search::signatures::Written;
use crate::webhook::search::{Found, fits};
use serde_json::{Value, json};

/// A way of signing, common to several deliveries.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) key: Key,
    pub(crate) recipe: Recipe,
    /// Changes from the sent body to the signed one.
    pub(crate) steps: Vec<&'static str>,
    /// Position and format of the signature.
    pub(crate) signature: Written,
}

impl Rule {
    /// The rule found in the delivery of `facts`.
    pub(crate) fn of(found: Found, facts: &Facts<'_>, ring: &Ring) -> Option<Self> {
        Some(Self {
            key: ring.keys.get(found.key)?.clone(),
            recipe: found.recipe,
            steps: found.body.steps,
            signature: facts.signatures.get(found.signature)?.clone(),
        })
    }

    /// The signature of another delivery that matches this rule.
    pub(crate) fn fits<'f>(&self, facts: &'f Facts<'_>) -> Option<&'f Written> {
        let body = apply(&facts.capture.body, &self.steps)?;
        let index = fits(facts, &self.key, &self.recipe, &body, |written| written.is_like(&self.signature))?;
        facts.signatures.get(index)
    }

    /// The secret, and how it is decoded.
    pub(crate) fn secret(&self, ring: &Ring) -> String {
        let label = ring.label(self.key.secret);
        if self.key.reading.is_empty() { label } else { format!("{label} {}", self.key.reading) }
    }

    /// The complete rule as a sentence, for developers.
    pub(crate) fn sentence(&self, ring: &Ring) -> String {
        let after = match self.signature.label.as_str() {
            "" => String::new(),
            label => format!(" after {label}"),
        };
        let mut text = format!(
            "Peeker signs with {} in {}, in the header {}{after}. It covers {}",
            self.signature.algorithm.name(),
            self.signature.encoding.name(),
            title(&self.signature.header),
            self.recipe.template()
        );
        let id = self.recipe.id().map(|place| format!("event_id is {}", place.words()));
        let time = self.recipe.time().map(|(place, _)| format!("timestamp is {}", place.words()));
        let url = self.recipe.url().map(|given| match given {
            Some(url) => format!("url is {url}"),
            None => "url is https://, the header Host and the path".to_owned(),
        });
        let places: Vec<String> = [id, time, url].into_iter().flatten().collect();
        if !places.is_empty() {
            text.push_str(&format!(", where {}", places.join(" and ")));
        }
        if !self.steps.is_empty() {
            text.push_str(&format!("; body is the body {}", self.steps.join(", ")));
        }
        let reading = if self.key.reading.is_empty() { "unchanged" } else { self.key.reading };
        text.push_str(&format!(". The key is {} {reading}.", ring.label(self.key.secret)));
        text
    }

    /// The JSON form.
    pub(crate) fn document(&self, ring: &Ring) -> Value {
        json!({
            "algorithm": self.signature.algorithm.name(),
            "encoding": self.signature.encoding.name(),
            "header": title(&self.signature.header),
            "prefix": self.signature.label,
            "base_string": self.recipe.template(),
            "event_id": self.recipe.id().map(|place| place.words()),
            "timestamp": self.recipe.time().map(|(place, _)| place.words()),
            "reencoding": self.steps,
            "secret": ring.label(self.key.secret),
            "secret_reading": self.key.reading,
            "sentence": self.sentence(ring),
        })
    }
}
