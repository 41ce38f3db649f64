//! House rules, checked in the source: dependencies between parts, sizes of files, and documents that match the code.

use std::path::{Path, PathBuf};

/// Maximum number of lines of a source file; aim for 300.
const MAX_LINES: usize = 350;
const MAX_ARCHITECTURE_LINES: usize = 200;
/// Maximum number of characters in the name of a test.
const MAX_TEST_NAME: usize = 64;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Files below `folder`, without build output and downloads; paths are relative to the root.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let skipped =
                ["target", "node_modules", "dist", "results"].contains(&name.as_str()) || name.starts_with('.');
            if path.is_dir() && !skipped {
                open.push(path);
            } else if name.ends_with(ending) && !path.is_dir() {
                let shown = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                found.push((shown, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no {ending} below {folder}");
    found.sort();
    found
}

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Code without line comments; a simple split at `//`.
pub(crate) fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

pub(crate) fn assert_none(what: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{what}:\n  {}", offenders.join("\n  "));
}

fn naming(files: &[(String, String)], word: &str, allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let named = files.iter().filter(|(path, text)| !allowed(path) && code(text).contains(word));
    named.map(|(path, _)| format!("{path} names {word}")).collect()
}

#[test]
fn source_files_state_their_purpose_and_stay_short() {
    let mut offenders = Vec::new();
    for (path, text) in files("", ".rs") {
        let first = text.lines().next().unwrap_or_default();
        let purpose = first.starts_with("//! ") || first.starts_with("#![doc = include_str!");
        if !purpose {
            offenders.push(format!("{path} opens with: {first}"));
        }
        if text.lines().count() > MAX_LINES {
            offenders.push(format!("{path} has {} lines", text.lines().count()));
        }
    }
    assert_none("sources", &offenders);
}

#[test]
fn test_names_are_short() {
    let mut offenders = Vec::new();
    let folders = ["functions", "shared", "tests", "tools", "widget"];
    for (path, text) in folders.iter().flat_map(|folder| files(folder, ".rs")) {
        let mut lines = text.lines().map(str::trim_start);
        while lines.by_ref().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test")) {
            let signature = lines.find_map(|line| line.trim_start_matches("async ").strip_prefix("fn "));
            let name = signature.and_then(|rest| rest.split(['(', '<']).next()).unwrap_or_default();
            if name.is_empty() || name.len() > MAX_TEST_NAME {
                offenders.push(format!("{path}: {name} has {} characters", name.len()));
            }
        }
    }
    assert_none("names of tests", &offenders);
}

#[test]
fn sandbox_does_not_use_the_code_under_test() {
    for crate_name in ["shared", "functions", "widget", "e2e"] {
        let names = |line: &str| line.trim_start().starts_with(crate_name);
        assert!(!read("tests/sandbox/Cargo.toml").lines().any(names), "the sandbox depends on {crate_name}");
    }
    let sources = files("tests/sandbox", ".rs");
    let mut offenders = naming(&sources, "shared::", |_| false);
    offenders.extend(naming(&sources, "functions::", |_| false));
    assert_none("an emulator built from the code under test agrees with its mistakes", &offenders);
}

#[test]
fn functions_and_widget_do_not_depend_on_each_other() {
    let depends = |manifest: &str, name: &str| {
        read(manifest).lines().any(|line| line.split(['.', ' ', '=']).next() == Some(name))
    };
    assert!(!depends("widget/Cargo.toml", "functions"));
    assert!(!depends("functions/Cargo.toml", "widget"));
    assert!(!depends("shared/Cargo.toml", "functions") && !depends("shared/Cargo.toml", "widget"));
    let mut offenders = naming(&files("functions/src", ".rs"), "widget::", |_| false);
    offenders.extend(naming(&files("widget/src", ".rs"), "functions::", |_| false));
    assert_none("direction", &offenders);
}

#[test]
fn only_the_binaries_and_one_file_use_lambda() {
    let allowed = |path: &str| path.starts_with("functions/src/bin/") || path == "functions/src/lambda.rs";
    let sources = files("functions/src", ".rs");
    let mut offenders = naming(&sources, "lambda_http", allowed);
    offenders.extend(naming(&sources, "lambda_runtime", allowed));
    assert_none("Lambda", &offenders);
}

#[test]
fn only_fixed_files_read_the_environment_and_the_clock() {
    let sources = files("functions/src", ".rs");
    let mut offenders = naming(&sources, "env::var", |path| path == "functions/src/environment.rs");
    offenders.extend(naming(&sources, "now_utc", |path| path == "functions/src/clock.rs"));
    offenders.extend(naming(&sources, "SystemTime::now", |_| false));
    offenders.extend(naming(&files("shared/src", ".rs"), "std::env", |_| false));
    offenders.extend(naming(&files("shared/src", ".rs"), "std::time", |_| false));
    assert_none("reads", &offenders);
}

/// String literals of `text`, without those in comments.
fn literals(text: &str) -> Vec<String> {
    code(text).split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether a string literal is a table key, or the start of one, such as `ORDER#{id}`.
fn is_key(literal: &str) -> bool {
    let rest = literal.trim_start_matches(|c: char| c.is_ascii_uppercase());
    rest.starts_with('#') && literal.len() > rest.len() + 1
}

#[test]
fn only_one_folder_formats_table_keys() {
    let sources = files("functions/src", ".rs");
    let (keys, others): (Vec<_>, Vec<_>) =
        sources.iter().partition(|(path, _)| path.starts_with("functions/src/store/key/"));
    let is_word = |literal: &String| literal.len() > 2 && literal.bytes().all(|byte| byte.is_ascii_uppercase());
    let words: Vec<String> = keys.iter().flat_map(|(_, text)| literals(text)).filter(is_word).collect();
    assert!(words.len() > 15, "{words:?}");
    let found = others.iter().flat_map(|(path, text)| literals(text).into_iter().map(move |literal| (path, literal)));
    let offenders = found.filter(|(_, literal)| is_key(literal) || words.contains(literal));
    assert_none("table keys", &offenders.map(|(path, literal)| format!("{path} has {literal}")).collect::<Vec<_>>());
}

#[test]
fn only_one_file_maps_errors_to_statuses() {
    let sources = files("functions/src", ".rs");
    let allowed = |path: &str| {
        let files =
            ["functions/src/failure.rs", "functions/src/failure/upstream.rs", "functions/src/upstream/error.rs"];
        // Descriptions of routes name statuses, and map no error.
        files.contains(&path) || path == "functions/src/http/describe.rs" || path.contains("/docs/")
    };
    let mut offenders = naming(&sources, "StatusCode::INTERNAL_SERVER_ERROR", allowed);
    offenders.extend(naming(&sources, "StatusCode::BAD_GATEWAY", allowed));
    assert_none("statuses", &offenders);
}

#[test]
fn source_has_no_todo() {
    // Split into two parts, so that this file does not contain them.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("unimple", "mented!")];
    let mut offenders = Vec::new();
    for ending in [".rs", ".mjs", ".js", ".ts", ".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css"] {
        let found = std::panic::catch_unwind(|| files("", ending)).unwrap_or_default();
        for (path, text) in found {
            offenders.extend(marks.iter().filter(|mark| text.contains(**mark)).map(|mark| format!("{path}: {mark}")));
        }
    }
    assert_none("marks", &offenders);
}

/// Words in back quotes that look like a path of this repository.
fn quoted_paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for line in text.lines() {
        let quoted = line.split('`').skip(1).step_by(2);
        let rooms = ["shared/", "functions/", "widget/", "infra/", "tests/", "tools/", ".github/", "fuzz/", "docs/"];
        let path =
            |word: &&str| rooms.iter().any(|room| word.starts_with(room)) && !word.contains([' ', '{', '*', '<']);
        paths.extend(quoted.filter(path).map(|word| word.split(':').next().unwrap_or_default().to_owned()));
    }
    paths
}

#[test]
fn architecture_is_short_and_its_paths_exist() {
    let text = read("ARCHITECTURE.md");
    let lines = text.lines().count();
    assert!(lines < MAX_ARCHITECTURE_LINES, "ARCHITECTURE.md has {lines} lines");
    let paths = quoted_paths(&text);
    assert!(!paths.is_empty(), "ARCHITECTURE.md names no path in back quotes");
    // The built package is the only path missing from a fresh checkout.
    let missing = paths.into_iter().filter(|path| !path.starts_with("widget/dist") && !root().join(path).exists());
    assert_none("paths of ARCHITECTURE.md that do not exist", &missing.collect::<Vec<_>>());
}
