//! An accepted request, parsed once.

use bytes::Bytes;
use http::Request;

use super::reply::Refusal;
use crate::config::Preset;
use crate::world::Environment;

/// The parts of a request that handlers need.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) env: Environment,
    pub(crate) preset: Preset,
    pub(crate) method: String,
    /// The segments of the path below the base.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// The URL of the resource, for links in pages.
    pub(crate) url: String,
    /// Virtual time, Unix seconds.
    pub(crate) now: i64,
}

impl Call {
    pub(crate) fn new(
        request: &Request<Bytes>,
        path: &str,
        base: String,
        env: Environment,
        preset: Preset,
        now: i64,
    ) -> Self {
        let query = request.uri().query().unwrap_or_default();
        Self {
            env,
            preset,
            method: request.method().to_string(),
            path: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            body: request.body().clone(),
            url: base + path,
            now,
        }
    }

    pub(crate) fn is(&self, method: &str, path: &[&str]) -> bool {
        self.method == method && self.path == path
    }

    /// A query parameter; an empty one counts as absent.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name)?;
        Some(found.1.as_str()).filter(|value| !value.is_empty())
    }

    /// A query parameter with a fixed set of values.
    pub(crate) fn choice(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Refusal> {
        match self.parameter(name) {
            Some(value) if !words.contains(&value) => {
                let message = format!("{name} is one of {}", words.join(", "));
                Err(Refusal::invalid(name, message))
            }
            other => Ok(other),
        }
    }
}
