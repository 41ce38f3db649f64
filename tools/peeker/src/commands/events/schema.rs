//! `peeker events schema`: the types of notifications, and the JSON Schema or an example of one.

use crate::failure::{Exit, Failure};
use crate::json::text;
use crate::output::Report;
use clap::Args;
use serde_json::{Value, json};

/// Print the JSON Schema of a type of notification, or list the types
///
/// The files are those of docs/notifications. Pass the schema to a generator of types for your language.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  peeker events schema\n  peeker events schema order.completed > order.completed.schema.json"
)]
pub(crate) struct Schema {
    /// A type, such as order.completed
    #[arg(value_name = "TYPE")]
    kind: Option<String>,
    /// Print an example of the body instead
    #[arg(long, requires = "kind")]
    example: bool,
}

/// A type with the text of its schema and of its example.
struct Kind {
    name: &'static str,
    schema: &'static str,
    example: &'static str,
}

macro_rules! kinds {
    ($($name:literal),* $(,)?) => {
        [$(Kind {
            name: $name,
            schema: include_str!(concat!("../../../../../docs/notifications/", $name, ".schema.json")),
            example: include_str!(concat!("../../../../../docs/notifications/", $name, ".json")),
        }),*]
    };
}

const KINDS: [Kind; 15] = kinds![
    "order.placed",
    "order.not_placed",
    "order.completed",
    "order.needs_action",
    "order.failed",
    "order.cancel_scheduled",
    "order.cancelled",
    "order.renews_soon",
    "domain.connected",
    "import.needs_nameservers",
    "import.completed",
    "upstream.drift",
    "margin.below_floor",
    "endpoint.disabled",
    "endpoint.recovered",
];

pub(crate) fn run(arguments: &Schema) -> Result<Report, Failure> {
    let Some(name) = &arguments.kind else {
        let described = KINDS.iter().map(|kind| (kind.name, read(kind.schema)));
        let described = described.map(|(name, schema)| (name, text(&schema, "/description").unwrap_or("").to_owned()));
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        for (name, description) in described {
            lines.push(format!("{name:24} {}", description.split(". ").next().unwrap_or_default()));
            rows.push(json!({"type": name, "description": description}));
        }
        return Ok(Report::new(json!({ "types": rows }), lines.join("\n")));
    };
    let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
        Failure::new(Exit::NotFound, "type_unknown", format!("There is no type {name}."))
            .advise("List the types: peeker events schema")
    })?;
    let file = if arguments.example { kind.example } else { kind.schema };
    Ok(Report::new(read(file), file))
}

fn read(file: &str) -> Value {
    serde_json::from_str(file).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::KINDS;
    use shared::endpoint::TYPES;

    #[test]
    fn every_type_has_its_files() {
        assert_eq!(KINDS.map(|kind| kind.name), TYPES);
    }
}
