//! Reads one declared setting at a time, and collects problems. A setting that is wrong reads as a value that
//! nothing uses, so that the others are read, too, and all problems are reported together.

use crate::config::forms::parts;
use crate::config::setting::{Absent, Setting};
use crate::environment::Lookup;

/// Looks up settings and collects the problems.
pub(super) struct Reader<'e> {
    lookup: Lookup<'e>,
    /// Names of variables and what they need, never their values.
    pub(super) problems: Vec<String>,
}

impl<'e> Reader<'e> {
    pub(super) fn new(lookup: Lookup<'e>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// The unchanged variable, for secrets: their own reader reports problems.
    pub(super) fn raw(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    /// Whether the variable is there and has a value.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|value| !value.trim().is_empty())
    }

    /// The value or the default. `None` when there is neither, or when the value does not have the declared form.
    pub(super) fn optional(&mut self, setting: &Setting) -> Option<String> {
        let given = self.raw(setting.name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let value = match (given, setting.absent) {
            (Some(value), _) => value,
            (None, Absent::Default(value)) => value.to_owned(),
            (None, Absent::Means(_)) => return None,
            (None, Absent::Refused) => {
                let form = match setting.form.description() {
                    form if form.is_empty() => form,
                    form => format!(" ({form})"),
                };
                self.note(format!("{} is missing: {}{form}", setting.name, setting.meaning));
                return None;
            }
        };
        if !setting.form.accepts(&value) {
            self.note(format!("{} must be {}", setting.name, setting.form.description()));
            return None;
        }
        Some(value)
    }

    /// The text of a setting that is required or has a default.
    pub(super) fn text(&mut self, setting: &Setting) -> String {
        self.optional(setting).unwrap_or_default()
    }

    /// The number of a setting that is required or has a default.
    pub(super) fn number<N: TryFrom<u64> + Default>(&mut self, setting: &Setting) -> N {
        self.limit(setting).and_then(|number| N::try_from(number).ok()).unwrap_or_default()
    }

    /// The number of a setting without which there is no limit.
    pub(super) fn limit(&mut self, setting: &Setting) -> Option<u64> {
        self.optional(setting)?.parse().ok()
    }

    /// Whether the value is `word`.
    pub(super) fn is(&mut self, setting: &Setting, word: &str) -> bool {
        self.optional(setting).is_some_and(|value| value == word)
    }

    /// The parts of `a,b,c`.
    pub(super) fn list(&mut self, setting: &Setting) -> Vec<String> {
        parts(&self.text(setting)).map(str::to_owned).collect()
    }

    /// Notes a problem once: two parts of a function may read the same setting.
    pub(super) fn note(&mut self, problem: String) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}
