//! Reads one setting at a time: what it has to look like, and everything that is wrong with all of them at once.

use crate::environment::Lookup;
use crate::http::address::has_usable_port;
use axum::http::Uri;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// The largest limit: numbers up to here are exact in JSON and in every database.
pub(super) const MAX_LIMIT: u64 = 9_007_199_254_740_991;

/// The settings do not add up. Names of variables and what they need, never their values.
#[derive(Debug, thiserror::Error)]
#[error("the settings are incomplete:\n  {}", .0.join("\n  "))]
pub struct ConfigError(pub Vec<String>);

/// Looks settings up and remembers what was wrong with them.
pub struct Settings<'e> {
    lookup: Lookup<'e>,
    problems: Vec<String>,
}

impl std::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("problems", &self.problems).finish_non_exhaustive()
    }
}

impl<'e> Settings<'e> {
    /// Reads through `lookup`.
    pub fn new(lookup: Lookup<'e>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// `value`, unless anything was wrong.
    ///
    /// # Errors
    /// Everything that was.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, ConfigError> {
        if self.optional("LOG_LEVEL").is_some_and(|level| !is_level(&level)) {
            self.blame("LOG_LEVEL must be error, warn, info, debug or trace".to_owned());
        }
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(ConfigError(self.problems)),
        }
    }

    /// The variable as it is.
    pub(super) fn raw(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&mut self, name: &str, what: &str) -> Option<String> {
        let value = self.optional(name);
        if value.is_none() {
            self.blame(format!("{name} is missing: {what}"));
        }
        value
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number<T>(&mut self, name: &str, default: T, (least, most): (T, T)) -> T
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        match self.optional(name).map(|text| text.parse::<T>()) {
            None => default,
            Some(Ok(number)) if number >= least && number <= most => number,
            Some(_) => {
                self.blame(format!("{name} must be a whole number from {least} to {most}"));
                default
            }
        }
    }

    /// A whole number, or no limit when the variable is absent.
    pub(super) fn limit(&mut self, name: &str) -> Option<u64> {
        self.optional(name)?;
        Some(self.number(name, 0, (0, MAX_LIMIT)))
    }

    /// An address of ours or of somebody else's.
    pub(super) fn address(&mut self, name: &str) -> Option<String> {
        let address = self.optional(name)?;
        let uri = address.parse::<Uri>().ok();
        let is_address = |uri: &&Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
        match uri.as_ref().filter(is_address) {
            None => self.blame(format!("{name} must be an address that begins with https:// or http://")),
            Some(uri) if !has_usable_port(uri) => {
                self.blame(format!("{name} must have a port from 1 to 65535, or none"));
            }
            Some(_) => {}
        }
        Some(address)
    }

    /// Notes a problem once: two clients may ask for the same setting.
    pub(super) fn blame(&mut self, problem: String) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// `on` or `off`; off when the variable is absent.
    pub(super) fn switch(&mut self, name: &str) -> bool {
        match self.optional(name).as_deref() {
            None | Some("off") => false,
            Some("on") => true,
            Some(_) => {
                self.problems.push(format!("{name} must be on or off"));
                false
            }
        }
    }

    /// `a,b,c`
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let text = self.optional(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

/// Whether `text` is a level, or levels of parts such as `functions=debug`. Any other word would be a part of that name,
/// of which nothing is ever logged.
fn is_level(text: &str) -> bool {
    let is_word = |part: &str| part.contains('=') || (!part.is_empty() && part.parse::<LevelFilter>().is_ok());
    text.split(',').all(is_word) && text.parse::<Targets>().is_ok()
}
