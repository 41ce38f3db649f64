//! Query parameters, read as strictly as bodies: unknown and doubled ones are findings, too.

use crate::clock::{Timestamp, from_iso};
use crate::failure::Failure;
use crate::http::describe::{can_refuse, takes_query};
use crate::http::fields::refuse_if_any;
use crate::http::page::{DEFAULT_PER_PAGE, MAX_PER_PAGE};
use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::problem::Finding;
use std::marker::PhantomData;

/// Bytes of a digest that identifies a list.
const LIST_ID_BYTES: usize = 8;

/// The query parameters, documented as the fields of `Q`, and findings about them.
#[derive(Debug)]
pub struct Parameters<Q> {
    pairs: Vec<(String, String)>,
    findings: Vec<Finding>,
    query: PhantomData<fn() -> Q>,
}

impl<Q: JsonSchema> OperationInput for Parameters<Q> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        takes_query::<Q>(ctx, operation);
        let doubled =
            Parameters::refusals([("status", "active"), ("status", "archived")], |all| drop(all.take("status")));
        let empty = Parameters::refusals([("status", "")], |all| drop(all.take("status")));
        let unknown = Parameters::refusals([("state", "active")], |_| ());
        for failure in [malformed()].into_iter().chain(doubled).chain(empty).chain(unknown) {
            can_refuse(ctx, operation, &failure);
        }
    }
}

impl Parameters<()> {
    /// The refusals that reading these parameters ends in, one for each finding.
    pub fn refusals<const N: usize>(
        pairs: [(&str, &str); N],
        read: impl FnOnce(&mut Self),
    ) -> impl Iterator<Item = Failure> {
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let mut parameters = Self { pairs, findings: Vec::new(), query: PhantomData };
        read(&mut parameters);
        parameters.add_unknown();
        parameters.findings.into_iter().filter_map(|finding| refuse_if_any(vec![finding]).err())
    }
}

impl<S: Send + Sync, Q> FromRequestParts<S> for Parameters<Q> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Ok(Query(pairs)) = pairs else {
            return Err(malformed());
        };
        Ok(Self { pairs, findings: Vec::new(), query: PhantomData })
    }
}

/// What to do about a text that is neither a day nor a time.
pub const DAY_OR_TIME: &str = "Give a day or a time, such as 2026-05-08 or 2026-05-08T12:00:00Z.";

/// Reads a day, which means its start, or a time.
pub fn day_or_time(text: &str) -> Option<Timestamp> {
    let at = from_iso(text).or_else(|| from_iso(&format!("{text}T00:00:00Z")));
    // Beyond four digits of a year nothing can be listed.
    at.filter(|at| (0..=253_402_300_799).contains(at))
}

fn malformed() -> Failure {
    Failure::bad_request("query_malformed", "The query must have the form ?name=value&name=value.")
}

impl<Q> Parameters<Q> {
    /// The value of `name`. An empty value is a finding: a filter without its value must not list everything.
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
            self.add_finding(name, "duplicate_parameter", format!("{name} must occur once."));
        }
        let value = values.pop();
        if value.as_deref() == Some("") {
            self.add_finding(name, "empty_parameter", format!("{name} must not be empty."));
        }
        value.filter(|value| !value.is_empty())
    }

    /// The value of `name`, which upstream's words can be: small letters, digits, dots, hyphens and underscores.
    pub fn word(&mut self, name: &str) -> Option<String> {
        let word = self.take(name)?;
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
        if !word.bytes().all(fits) {
            self.add_finding(
                name,
                "word_invalid",
                format!("{name} must be in lower case, with digits, dots, hyphens and underscores."),
            );
        }
        Some(word)
    }

    /// The time that `text`, the value of `name`, says: ISO 8601, or a day.
    pub fn time(&mut self, name: &str, text: Option<&str>) -> Option<Timestamp> {
        let text = text?;
        let at = day_or_time(text);
        if at.is_none() {
            let message = match text.contains(' ') {
                true => "Write + as %2B: in a query, a bare + means a blank.",
                false => DAY_OR_TIME,
            };
            self.add_finding(name, "time_invalid", message);
        }
        at
    }

    /// Adds a finding about `name`.
    pub fn add_finding(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
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
                self.add_finding("per_page", "out_of_range", "per_page must be 1 to 100.");
                DEFAULT_PER_PAGE
            }
        }
    }

    /// `page_token` as we made it for `links.next` of `list`, if its cursor is valid for that list.
    pub fn page_token<T: DeserializeOwned>(&mut self, list: &ListId, is_possible: impl Fn(&T) -> bool) -> Option<T> {
        let token = self.take("page_token")?;
        let bytes = URL_SAFE_NO_PAD.decode(token).ok();
        let token: Option<PageToken<T>> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let cursor = token.filter(|token| token.list == *list).map(|token| token.cursor).filter(is_possible);
        if cursor.is_none() {
            let message =
                "page_token is invalid. Use the value in links.next of the same list with the same filters, unchanged.";
            self.add_finding("page_token", "page_token_invalid", message);
        }
        cursor
    }

    /// Refuses what was not taken, and everything else that was found.
    ///
    /// # Errors
    /// `400` with all findings.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.add_unknown();
        refuse_if_any(self.findings)
    }

    fn add_unknown(&mut self) {
        for (name, _) in std::mem::take(&mut self.pairs) {
            let shown: String = name.chars().take(64).collect();
            self.add_finding(&shown, "unknown_parameter", format!("Unknown parameter {shown}. Remove it."));
        }
    }
}

/// The refusals of `per_page` and `page_token`.
pub fn refusals_of_pages() -> impl Iterator<Item = Failure> {
    Parameters::refusals([("per_page", "0"), ("page_token", "none")], |parameters| {
        parameters.per_page();
        parameters.page_token::<()>(&ListId::new("", &[]), |()| true);
    })
}

/// Identifies a list together with its filters.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListId(String);

impl ListId {
    /// The list at `path` with `filters`. Page tokens are part of addresses, which are logged: of a customer's address
    /// they hold a digest.
    pub fn new(path: &str, filters: &[(&str, Option<&str>)]) -> Self {
        let mut digest = Sha256::new_with_prefix(path);
        for (name, value) in filters.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
            digest.update(format!("\n{name}={value}"));
        }
        let digest = digest.finalize();
        Self(URL_SAFE_NO_PAD.encode(digest.get(..LIST_ID_BYTES).unwrap_or(&digest)))
    }
}

/// The position where a page ended, valid in one list only.
#[derive(Serialize, Deserialize)]
struct PageToken<T> {
    list: ListId,
    cursor: T,
}

/// An opaque token for `cursor`, the position where a page of `list` ended.
pub fn token_of<T: Serialize>(list: ListId, cursor: &T) -> Option<String> {
    let token = PageToken { list, cursor };
    serde_json::to_vec(&token).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
}
