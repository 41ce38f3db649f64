//! The layers of `functions`, held by reading its `use` lines: no module depends on one above it.

use crate::house::{assert_none, files};
use crate::imports_of::paths;
use std::collections::BTreeSet;

/// Modules by layer, from the bottom up. A module may use its own layer only if that is the first one, and every layer
/// below.
const LAYERS: [(&str, &[&str]); 11] = [
    (
        "base",
        &[
            "aws",
            "belonging",
            "clock",
            "environment",
            "keys",
            "metrics",
            "needs",
            "query_string",
            "root_domain",
            "secret",
            "secrets",
            "secrets_manager",
            "telemetry",
            "times",
            "trace",
            "vault",
        ],
    ),
    ("model", &["model"]),
    ("outside", &["store", "upstream"]),
    ("failure", &["failure"]),
    ("http", &["http"]),
    ("session", &["session"]),
    ("placement", &["placement"]),
    ("functions", &["health", "order_proxy", "reconciler", "status", "webhook"]),
    ("settings", &["config"]),
    ("wiring", &["gateway", "lambda", "start"]),
    ("bin", &["bin"]),
];

/// The layer of a module, counted from the bottom.
fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|(_, modules)| modules.contains(&module))
}

/// The modules that `text` names after `root`: `crate::`, or `functions::` in a binary.
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
fn no_module_of_functions_uses_one_above_it() {
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
fn nested_lists_of_imports_are_read() {
    let text = "use crate::{config::Settings, store::{a, b}, failure};\nuse crate::http::reply; // crate::bin";
    assert_eq!(used(text, "crate::").iter().collect::<Vec<_>>(), ["config", "failure", "http", "store"]);
}
