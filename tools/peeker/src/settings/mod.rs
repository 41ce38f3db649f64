//! What to speak to and with which keys: from flags, the environment, a file, or a running demo.

mod demo;
mod file;
mod flags;
mod found;
mod names;

pub(crate) use file::default_file;
pub(crate) use flags::Flags;
pub(crate) use found::{Found, Source};
pub(crate) use names::{Name, SPECS, Spec, spec};

use crate::failure::Failure;
use crate::secret::Secret;
use flags::NEAREST;
use found::{path_in, read_secret};
use std::collections::BTreeMap;
use std::env::VarError;
use std::path::Path;

/// What is set.
#[derive(Debug)]
pub(crate) struct Settings {
    found: BTreeMap<Name, Found>,
    /// Whether standard input was read for a secret, and is spent.
    pub(crate) stdin_spent: bool,
}

impl Settings {
    /// Looks in all places.
    pub(crate) fn read(flags: &Flags) -> Result<Self, Failure> {
        if flags.stdin_reads() > 1 {
            let message = "Only one secret can be read from standard input. Put the others into files.";
            return Err(Failure::usage("stdin_twice", message));
        }
        let mut found = BTreeMap::new();
        for spec in &SPECS {
            if let Some(value) = flags.found(spec)? {
                found.insert(spec.name, value);
            }
        }
        let demo = match &flags.demo {
            Some(path) => Some(path.clone()),
            None => path_in("PEEKER_DEMO"),
        };
        if let Some(path) = demo {
            let path = if path == Path::new(NEAREST) { demo::find().ok_or_else(demo::none)? } else { path };
            fill(&mut found, demo::read(&path)?);
        } else {
            from_environment(&mut found)?;
            fill(&mut found, file::read(flags.config.as_deref())?);
            let connected = SPECS.iter().any(|spec| spec.connects && found.contains_key(&spec.name));
            if !connected && let Some(path) = demo::find() {
                fill(&mut found, demo::read(&path)?);
            }
        }
        for spec in &SPECS {
            if let (Some(default), false) = (spec.default, found.contains_key(&spec.name)) {
                found.insert(spec.name, Found { value: Secret::new(default), source: Source::Default });
            }
        }
        Ok(Self { found, stdin_spent: flags.stdin_reads() > 0 })
    }

    /// The value of `name`, and where it comes from.
    pub(crate) fn found(&self, name: Name) -> Option<&Found> {
        self.found.get(&name)
    }

    /// The text of a setting that is no secret.
    pub(crate) fn text(&self, name: Name) -> Option<&str> {
        self.found(name).filter(|_| spec(name).is_some_and(|spec| !spec.secret)).map(|found| found.value.expose())
    }

    /// The value of `name`, or how to set it.
    pub(crate) fn require(&self, name: Name) -> Result<&Found, Failure> {
        self.found(name).ok_or_else(|| missing(name))
    }

    /// Whether the value of `name` comes from a running demo.
    pub(crate) fn is_demo(&self, name: Name) -> bool {
        self.found(name).is_some_and(|found| matches!(found.source, Source::Demo(_)))
    }
}

fn missing(name: Name) -> Failure {
    let Some(spec) = spec(name) else {
        return Failure::usage("setting_missing", "A setting is missing.");
    };
    let advice = format!(
        "Set {} in the environment, {} on the command line, or {} in {};\n\
         or start the local demo (cargo xtask demo) and run the command in its project, or anywhere with\n\
         --demo=FILE, where FILE is its target/demo/demo.json.",
        spec.env,
        spec.flag,
        spec.key,
        default_file().map_or_else(|| "a file named by --config".to_owned(), |path| path.display().to_string()),
    );
    Failure::usage("setting_missing", format!("Not set: {}.", spec.what)).advise(advice)
}

/// Puts `more` below what is there already.
fn fill(found: &mut BTreeMap<Name, Found>, more: BTreeMap<Name, Found>) {
    for (name, value) in more {
        found.entry(name).or_insert(value);
    }
}

fn from_environment(found: &mut BTreeMap<Name, Found>) -> Result<(), Failure> {
    for spec in SPECS.iter().filter(|spec| !spec.env.is_empty()) {
        let in_file = format!("{}_FILE", spec.env);
        let value = match (environment(spec.env)?, path_in(&in_file)) {
            (Some(text), _) => Found { value: Secret::new(&text), source: Source::Environment(spec.env.to_owned()) },
            (None, Some(path)) if spec.secret => {
                let value = read_secret(&path, &in_file)?;
                Found { value, source: Source::Environment(in_file) }
            }
            _ => continue,
        };
        found.entry(spec.name).or_insert(value);
    }
    Ok(())
}

/// A variable that is set to something.
fn environment(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Failure::usage("environment_not_utf8", format!("{name} in the environment is not UTF-8 text.")))
        }
    }
}
