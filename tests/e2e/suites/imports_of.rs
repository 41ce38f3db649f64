//! Parses the imports of a Rust file: its `use` lines, and paths that begin with the name of a crate.

use crate::house::code;
use std::collections::BTreeSet;

/// The paths that `text` imports or uses after `root`, such as `crate::`, as segments; lists in braces are expanded.
pub(crate) fn paths(text: &str, root: &str) -> Vec<Vec<String>> {
    let code = code(text);
    let mut found = Vec::new();
    for line in statements(&code) {
        expand("", &line, &mut found);
    }
    for rest in code.split(root).skip(1) {
        let path = rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next().unwrap_or_default();
        found.push(format!("{root}{path}"));
    }
    found.into_iter().map(|path| path.split("::").map(str::to_owned).collect()).collect()
}

/// The names of `children` that `text` uses as the beginning of a path, such as `list::orders`.
pub(crate) fn children_used<'c>(text: &str, children: impl Iterator<Item = &'c str>) -> Vec<&'c str> {
    let code = code(text);
    let begins = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let is_used = |child: &&str| {
        let path = format!("{child}::");
        code.match_indices(&path).any(|(at, _)| code.get(..at).is_some_and(begins))
    };
    children.filter(is_used).collect()
}

/// The text without unit tests, which may use modules above theirs.
pub(crate) fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
}

/// The part of each `use` statement between `use ` (after any `pub(…)`) and the semicolon.
fn statements(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some((before, after)) = rest.split_once("use ") {
        let line = before.rsplit('\n').next().unwrap_or_default().trim();
        let is_import = line.is_empty() || line == "pub" || (line.starts_with("pub(") && line.ends_with(')'));
        rest = after;
        if is_import && let Some((import, _)) = after.split_once(';') {
            found.push(import.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    found
}

fn expand(prefix: &str, path: &str, found: &mut Vec<String>) {
    let path = path.trim();
    let Some((head, list)) = path.split_once('{') else {
        let name = path.split(" as ").next().unwrap_or_default();
        if !name.is_empty() {
            found.push(format!("{prefix}{name}"));
        }
        return;
    };
    let list = list.trim_end().strip_suffix('}').unwrap_or(list);
    let prefix = format!("{prefix}{}", head.trim());
    let (mut depth, mut entry) = (0, String::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &std::mem::take(&mut entry), found);
                continue;
            }
            _ => {}
        }
        entry.push(c);
    }
    expand(&prefix, &entry, found);
}

/// The file in `sources` that `path` refers to, seen from the file of module `module`.
pub(crate) fn target(path: &[String], module: &[String], sources: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let mut rest = path;
    let mut full: Vec<String> = match rest.first()?.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module[..module.len().saturating_sub(1)].to_vec(),
        // A child module by its name alone.
        first if sources.contains(&[module, &[first.to_owned()]].concat()) => {
            return longest(&[module, path].concat(), sources);
        }
        _ => return None,
    };
    rest = &rest[1..];
    while rest.first().is_some_and(|segment| segment == "super") {
        full.pop();
        rest = &rest[1..];
    }
    full.extend_from_slice(rest);
    longest(&full, sources)
}

/// The longest prefix of `path` that is a module.
fn longest(path: &[String], sources: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|module| sources.contains(module))
}
