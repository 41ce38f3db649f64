//! Query parameters, read as strictly as bodies: unknown and doubled ones are findings, too.

use crate::failure::Failure;
use crate::http::fields::refuse_if_any;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::problem::Finding;

/// Rows of a page when the caller names no count: upstream's default.
pub const DEFAULT_PER_PAGE: u32 = 25;
/// Most rows of a page: upstream's limit.
pub const MAX_PER_PAGE: u32 = 100;

/// What stands behind the `?`, and what is wrong with it.
#[derive(Debug)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
    findings: Vec<Finding>,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Ok(Query(pairs)) = pairs else {
            return Err(Failure::bad_request(
                "query_malformed",
                "The query is not in the form ?name=value&name=value.",
            ));
        };
        Ok(Self { pairs, findings: Vec::new() })
    }
}

impl Parameters {
    /// The value of `name`; an empty one counts as absent.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let mut values: Vec<String> = Vec::new();
        self.pairs.retain(|(key, value)| {
            let found = key == name;
            if found {
                values.push(value.clone());
            }
            !found
        });
        if values.len() > 1 {
            self.blame(name, "duplicate_parameter", format!("Give {name} once."));
        }
        values.pop().filter(|value| !value.is_empty())
    }

    /// Adds a finding about `name`.
    pub fn blame(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding::new(code, name, message));
    }

    /// `per_page`, 1 to 100.
    pub fn per_page(&mut self) -> u32 {
        match self.take("per_page").map(|text| text.parse::<u32>()) {
            None => DEFAULT_PER_PAGE,
            Some(Ok(count)) if (1..=MAX_PER_PAGE).contains(&count) => count,
            Some(_) => {
                self.blame("per_page", "out_of_range", "A page has 1 to 100 rows.");
                DEFAULT_PER_PAGE
            }
        }
    }

    /// `page_token` as we made it for `links.next`.
    pub fn page_token<T: DeserializeOwned>(&mut self) -> Option<T> {
        let token = self.take("page_token")?;
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        let mark = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if mark.is_none() {
            self.blame("page_token", "page_token_invalid", "Take page_token from links.next, as it is.");
        }
        mark
    }

    /// Refuses what was not taken, and everything else that was found.
    ///
    /// # Errors
    /// `400` with all findings.
    pub fn finish(mut self) -> Result<(), Failure> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            let shown: String = name.chars().take(64).collect();
            self.blame(&shown, "unknown_parameter", format!("Remove {shown}: it is not a parameter here."));
        }
        refuse_if_any(self.findings)
    }
}

/// `mark` as an opaque token.
pub fn token_of<T: Serialize>(mark: &T) -> Option<String> {
    serde_json::to_vec(mark).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
}
