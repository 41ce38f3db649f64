//! The value of a setting and its source; secrets are read from files.

use crate::failure::Failure;
use crate::secret::Secret;
use shared::file_text;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Flag(&'static str),
    Environment(String),
    File(PathBuf),
    Demo(PathBuf),
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag {flag}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Demo(path) => write!(f, "demo {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and its source. Every value is stored as a secret, and shown only if it is not one.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) value: Secret,
    pub(crate) source: Source,
}

/// A path in a variable; it may be invalid UTF-8.
pub(super) fn path_in(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The secret in the file `path`; `-` is standard input.
pub(super) fn read_secret(path: &Path, asked_by: &str) -> Result<Secret, Failure> {
    let fail = |error: &dyn fmt::Display| {
        Failure::usage("secret_unreadable", format!("{asked_by}: {} cannot be read: {error}", path.display()))
    };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| fail(&error))?;
    } else {
        bytes = std::fs::read(path).map_err(|error| fail(&error))?;
    }
    let secret = Secret::new(file_text::read(&bytes).map_err(|problem| fail(&problem))?);
    if secret.is_empty() { Err(fail(&"it is empty")) } else { Ok(secret) }
}
