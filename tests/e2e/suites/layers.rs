//! The layers of `functions`, held by reading its `use` lines: no module depends on one above it.

use crate::house::{assert_none, code, files};

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

/// The modules that `text` names after `crate::` or, in a binary, after `functions::`. Names of macros and of items of
/// the crate's root are no modules.
fn used(text: &str, root: &str) -> Vec<String> {
    let code = code(text);
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used: Vec<String> = Vec::new();
    for rest in code.split(root).skip(1) {
        match rest.strip_prefix('{') {
            // `use functions::{config, gateway::{a, b}};`
            Some(list) => {
                let mut depth = 0;
                let mut first = true;
                for (index, c) in list.char_indices() {
                    if depth == 0 && first {
                        used.push(word(list.get(index..).unwrap_or_default().trim_start()));
                        first = false;
                    }
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => first = true,
                        _ => {}
                    }
                }
            }
            None => used.push(word(rest)),
        }
    }
    used.retain(|module| !module.is_empty());
    used.sort();
    used.dedup();
    used
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
    assert_eq!(used(text, "crate::"), ["config", "failure", "http", "store"]);
}
