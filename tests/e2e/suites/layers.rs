//! The layers of `functions`, checked in `use` lines: no module depends on one above it.

use crate::house::{assert_none, files};
use crate::imports_of::paths;
use std::collections::BTreeSet;

/// Modules by layer, lowest first. A module may use every layer below its own; only the first layer may use itself.
const LAYERS: [(&str, &[&str]); 11] = [
    (
        "base",
        &[
            "aws",
            "environment_check",
            "clock",
            "environment",
            "exit",
            "keys",
            "lambda",
            "metrics",
            "query_string",
            "secret",
            "secret_kind",
            "secret_store",
            "secrets",
            "secrets_file",
            "secrets_manager",
            "standard_webhooks",
            "telemetry",
            "times",
            "trace",
        ],
    ),
    ("model", &["model"]),
    ("outside", &["store", "upstream"]),
    ("failure", &["failure"]),
    ("http", &["http"]),
    ("session", &["session"]),
    ("placement", &["placement"]),
    ("functions", &["health", "notifier", "order_proxy", "reconciler", "status", "webhook"]),
    ("settings", &["config"]),
    ("wiring", &["openapi", "wiring"]),
    ("bin", &["bin"]),
];

/// The layer of a module, from the bottom.
fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|(_, modules)| modules.contains(&module))
}

/// The modules that `text` uses after `root`: `crate::`, or `functions::` in a binary.
fn used(text: &str, root: &str) -> BTreeSet<String> {
    let of_root = |path: Vec<String>| (format!("{}::", path.first()?) == root).then(|| path.get(1).cloned()).flatten();
    paths(text, root).into_iter().filter_map(of_root).filter(|module| !module.is_empty()).collect()
}

/// The module of a file below `functions/src`.
fn module(path: &str) -> &str {
    let path = path.strip_prefix("functions/src/").unwrap();
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn functions_modules_use_only_lower_layers() {
    let mut offenders = Vec::new();
    for (path, text) in files("functions/src", ".rs") {
        let module = module(&path);
        if module == "lib" {
            continue;
        }
        let Some(mine) = layer(module) else {
            offenders.push(format!("{path}: give `{module}` a layer in {}", file!()));
            continue;
        };
        let root = if module == "bin" { "functions::" } else { "crate::" };
        for other in used(&text, root).iter().filter(|other| *other != module) {
            let (Some(theirs), name) = (layer(other), |layer: usize| LAYERS[layer].0) else {
                offenders.push(format!("{path} uses `{other}`, which has no layer in {}", file!()));
                continue;
            };
            if theirs > mine || (theirs == mine && mine > 0) {
                offenders.push(format!(
                    "{path} uses `{other}`: `{module}` is in the layer {}, `{other}` in {}",
                    name(mine),
                    name(theirs)
                ));
            }
        }
    }
    assert_none("dependencies point down; move what both need into a lower layer", &offenders);
}

#[test]
fn nested_use_lists_are_parsed() {
    let text = "use crate::{config::Settings, store::{a, b}, failure};\nuse crate::http::reply; // crate::bin";
    assert_eq!(used(text, "crate::").iter().collect::<Vec<_>>(), ["config", "failure", "http", "store"]);
}
