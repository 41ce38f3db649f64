//! Query parameters, read as strictly as bodies: unknown and doubled ones are findings, too.

use crate::failure::Failure;
use crate::http::fields::refuse_if_any;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::problem::Finding;

/// Rows of a page when the caller names no count: upstream's default.
pub const DEFAULT_PER_PAGE: u32 = 25;
/// Most rows of a page: upstream's limit.
pub const MAX_PER_PAGE: u32 = 100;
/// Bytes of a digest that tells lists apart.
const LIST_ID_BYTES: usize = 8;

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
    /// The value of `name`. An empty one is a finding: a filter whose value was lost must not list everything.
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
        let value = values.pop();
        if value.as_deref() == Some("") {
            self.blame(name, "empty_parameter", format!("{name} is empty. Give it a value."));
        }
        value.filter(|value| !value.is_empty())
    }

    /// The value of `name`, which upstream's words can be: small letters, digits, dots, hyphens and underscores.
    pub fn word(&mut self, name: &str) -> Option<String> {
        let word = self.take(name)?;
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        if !word.bytes().all(fits) {
            self.blame(name, "word_invalid", format!("Write {name} in small letters, as upstream does."));
        }
        Some(word)
    }

    /// Adds a finding about `name`.
    pub fn blame(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding::new(code, name, message));
    }

    /// `per_page`, 1 to 100.
    pub fn per_page(&mut self) -> u32 {
        self.per_page_or(DEFAULT_PER_PAGE)
    }

    /// The same with another default.
    pub fn per_page_or(&mut self, default: u32) -> u32 {
        match self.take("per_page").map(|text| text.parse::<u32>()) {
            None => default,
            Some(Ok(count)) if (1..=MAX_PER_PAGE).contains(&count) => count,
            Some(_) => {
                self.blame("per_page", "out_of_range", "A page has 1 to 100 rows.");
                DEFAULT_PER_PAGE
            }
        }
    }

    /// `page_token` as we made it for `links.next` of `list`, when its mark can be one of that list.
    pub fn page_token<T: DeserializeOwned>(&mut self, list: &ListId, is_possible: impl Fn(&T) -> bool) -> Option<T> {
        let token = self.take("page_token")?;
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        let token: Option<PageToken<T>> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let mark = token.filter(|token| token.list == *list).map(|token| token.mark).filter(is_possible);
        if mark.is_none() {
            let message = "Take page_token from links.next of the same list with the same filters, as it is.";
            self.blame("page_token", "page_token_invalid", message);
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

/// Names a list with its filters: two lists that differ have different ones.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListId(String);

impl ListId {
    /// The list at `path` with `filters`. Page tokens stand in addresses, which are logged: of a customer's address they
    /// hold a digest.
    pub fn new(path: &str, filters: &[(&str, Option<&str>)]) -> Self {
        let mut digest = Sha256::new_with_prefix(path);
        for (name, value) in filters.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
            digest.update(format!("\n{name}={value}"));
        }
        let digest = digest.finalize();
        Self(URL_SAFE_NO_PAD.encode(digest.get(..LIST_ID_BYTES).unwrap_or(&digest)))
    }
}

/// Where a page ended, and in which list: a token leads nowhere in another one.
#[derive(Serialize, Deserialize)]
struct PageToken<T> {
    list: ListId,
    mark: T,
}

/// `mark`, at which a page of `list` ended, as an opaque token.
pub fn token_of<T: Serialize>(list: ListId, mark: &T) -> Option<String> {
    let token = PageToken { list, mark };
    serde_json::to_vec(&token).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
}
