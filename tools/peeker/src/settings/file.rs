//! The configuration file: TOML with the names of the settings; secrets inline or in separate files.

use super::found::{Found, Source, path_in, read_secret};
use super::names::{Name, SPECS, Spec};
use crate::failure::Failure;
use crate::secret::Secret;
use shared::file_text;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `~/.config/peeker/config.toml`, or the system's configuration folder.
pub(crate) fn default_file() -> Option<PathBuf> {
    let folder = path_in("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let folder = folder.or_else(|| path_in("HOME").map(|home| home.join(".config")));
    folder.map(|folder| folder.join("peeker/config.toml"))
}

/// The settings in the named file, or in the default one if it exists.
pub(super) fn read(named: Option<&Path>) -> Result<BTreeMap<Name, Found>, Failure> {
    let named = named.map(Path::to_owned).or_else(|| path_in("PEEKER_CONFIG"));
    let path = match named {
        Some(path) => path,
        None => match default_file().filter(|path| path.is_file()) {
            Some(path) => path,
            None => return Ok(BTreeMap::new()),
        },
    };
    let unreadable = |why: &str| Failure::usage("config_unreadable", format!("{}: {why}", path.display()));
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&error.to_string()))?;
    parse(&path, file_text::read(&bytes).map_err(unreadable)?)
}

fn parse(path: &Path, text: &str) -> Result<BTreeMap<Name, Found>, Failure> {
    // The parser's own message would quote the line, which may contain a secret.
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
        Failure::usage("config_invalid", format!("{}: line {line} is not TOML.", path.display()))
            .advise("Write one setting a line: api = \"https://api.your-host\"")
    })?;
    let mut found = BTreeMap::new();
    let mut wrong = Vec::new();
    for (key, value) in &table {
        let Some((spec, in_file)) = spec_of(key) else {
            wrong.push(format!("{key} is not a setting"));
            continue;
        };
        let Some(value) = value.as_str().filter(|value| !value.trim().is_empty()) else {
            wrong.push(format!("{key} is not a quoted string"));
            continue;
        };
        let value = if in_file {
            let folder = path.parent().unwrap_or(Path::new(""));
            read_secret(&folder.join(value), &format!("{} in {}", key, path.display()))?
        } else {
            Secret::new(value)
        };
        if found.insert(spec.name, Found { value, source: Source::File(path.to_owned()) }).is_some() {
            wrong.push(format!("{} is set twice, once as a file", spec.key));
        }
    }
    if wrong.is_empty() {
        return Ok(found);
    }
    let known: Vec<&str> = SPECS.iter().map(|spec| spec.key).filter(|key| !key.is_empty()).collect();
    Err(Failure::usage("config_invalid", format!("{}: {}.", path.display(), wrong.join("; "))).advise(format!(
        "The settings are {}; a secret can be in its own file: partner_key_file = \"…\".",
        known.join(", ")
    )))
}

/// The setting of `key`, and whether the value is the path of a file.
fn spec_of(key: &str) -> Option<(&'static Spec, bool)> {
    let known = |key: &str| SPECS.iter().find(|spec| !spec.key.is_empty() && spec.key == key);
    known(key).map(|spec| (spec, false)).or_else(|| {
        let spec = known(key.strip_suffix("_file")?)?;
        spec.secret.then_some((spec, true))
    })
}
