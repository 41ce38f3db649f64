//! `peeker config`: current settings and their sources, with secrets hidden.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Report;
use crate::settings::{Found, SPECS, Spec, default_file};
use crate::table::table;
use clap::Subcommand;
use serde_json::{Value, json};

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show what is used and where it comes from; secrets are hidden
    Show,
    /// Print where the configuration file is looked for
    Path,
}

pub(crate) fn run(context: &Context, command: &Config) -> Result<Report, Failure> {
    match command {
        Config::Show => Ok(show(context)),
        Config::Path => {
            let path = default_file()
                .ok_or_else(|| Failure::usage("no_home", "There is no home folder. Name the file with --config."))?;
            let path = path.display().to_string();
            Ok(Report::new(json!({"path": path, "exists": std::path::Path::new(&path).is_file()}), path))
        }
    }
}

fn show(context: &Context) -> Report {
    let known: Vec<(&Spec, Option<&Found>)> = SPECS
        .iter()
        .map(|spec| (spec, context.settings.found(spec.name)))
        .filter(|(spec, found)| !spec.key.is_empty() || found.is_some())
        .collect();
    let key = |spec: &Spec| if spec.key.is_empty() { "sandbox_control" } else { spec.key };
    let data: serde_json::Map<String, Value> = known
        .iter()
        .map(|(spec, found)| {
            let value = found.map(|found| shown(spec, found));
            let source = found.map(|found| found.source.to_string());
            (key(spec).to_owned(), json!({"value": value, "source": source, "secret": spec.secret}))
        })
        .collect();
    let rows: Vec<Vec<String>> = known
        .iter()
        .map(|(spec, found)| {
            let value = found.map_or_else(|| "–".to_owned(), |found| shown(spec, found));
            let source = found.map_or_else(|| format!("not set ({})", spec.env), |found| found.source.to_string());
            vec![key(spec).to_owned(), value, source]
        })
        .collect();
    Report::new(Value::Object(data), table(context.output, &["SETTING", "VALUE", "FROM"], &rows))
}

/// The value of a setting. A secret is hidden; of a Peeker key, the environment is shown.
fn shown(spec: &Spec, found: &Found) -> String {
    let value = found.value.expose();
    if !spec.secret {
        return value.to_owned();
    }
    let environment = ["pk_test_", "pk_live_"].into_iter().find(|prefix| value.starts_with(prefix));
    format!("{}(hidden)", environment.unwrap_or_default())
}
