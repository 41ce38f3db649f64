//! The invariants of the house, held by reading its own source: who may name whom, and that documents tell the truth.

use std::path::{Path, PathBuf};

/// Lines of a source file: 300 is the aim, this is the wall.
const MAX_LINES: usize = 350;
const MAX_ARCHITECTURE_LINES: usize = 200;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Files below `folder`, without what is built or fetched; paths are relative to the root.
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

/// Code without comments, roughly: what `//` starts is gone.
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
fn every_source_file_opens_with_its_purpose_and_fits_on_a_few_screens() {
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
fn the_sandbox_knows_nothing_of_the_code_under_test() {
    for crate_name in ["shared", "functions", "widget", "rules", "e2e"] {
        let names = |line: &str| line.trim_start().starts_with(crate_name);
        assert!(!read("tests/sandbox/Cargo.toml").lines().any(names), "the sandbox depends on {crate_name}");
    }
    let sources = files("tests/sandbox", ".rs");
    let mut offenders = naming(&sources, "shared::", |_| false);
    offenders.extend(naming(&sources, "functions::", |_| false));
    assert_none("an emulator built from the code under test agrees with its mistakes", &offenders);
}

#[test]
fn functions_and_widget_do_not_know_each_other() {
    let depends = |manifest: &str, name: &str| {
        read(manifest).lines().any(|line| line.split(['.', ' ', '=']).next() == Some(name))
    };
    assert!(!depends("widget/Cargo.toml", "functions"));
    assert!(!depends("functions/Cargo.toml", "widget") && !depends("functions/Cargo.toml", "rules"));
    assert!(!depends("widget/Cargo.toml", "rules") && !depends("widget/rules/Cargo.toml", "functions"));
    assert!(!depends("shared/Cargo.toml", "functions") && !depends("shared/Cargo.toml", "widget"));
    let mut offenders = naming(&files("functions/src", ".rs"), "widget::", |_| false);
    offenders.extend(naming(&files("widget/src", ".rs"), "functions::", |_| false));
    assert_none("direction", &offenders);
}

#[test]
fn only_the_binaries_and_one_file_know_lambda() {
    let allowed = |path: &str| path.starts_with("functions/src/bin/") || path == "functions/src/lambda.rs";
    let sources = files("functions/src", ".rs");
    let mut offenders = naming(&sources, "lambda_http", allowed);
    offenders.extend(naming(&sources, "lambda_runtime", allowed));
    assert_none("Lambda", &offenders);
}

#[test]
fn only_one_file_reads_the_environment_and_only_the_clock_the_time() {
    let sources = files("functions/src", ".rs");
    let mut offenders = naming(&sources, "env::var", |path| path == "functions/src/environment.rs");
    offenders.extend(naming(&sources, "now_utc", |path| path == "functions/src/clock.rs"));
    offenders.extend(naming(&sources, "SystemTime::now", |_| false));
    offenders.extend(naming(&files("shared/src", ".rs"), "std::env", |_| false));
    offenders.extend(naming(&files("shared/src", ".rs"), "std::time", |_| false));
    assert_none("reads", &offenders);
}

#[test]
fn only_one_place_turns_an_error_into_a_status() {
    let sources = files("functions/src", ".rs");
    let allowed = |path: &str| ["functions/src/failure.rs", "functions/src/upstream/error.rs"].contains(&path);
    let mut offenders = naming(&sources, "StatusCode::INTERNAL_SERVER_ERROR", allowed);
    offenders.extend(naming(&sources, "StatusCode::BAD_GATEWAY", allowed));
    assert_none("statuses", &offenders);
}

#[test]
fn nothing_is_left_for_later() {
    // Spelled in two parts, so that this file may name them.
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

/// Words in back quotes that look like a path of ours.
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
fn the_architecture_is_short_and_every_path_in_it_exists() {
    let text = read("ARCHITECTURE.md");
    let lines = text.lines().count();
    assert!(lines < MAX_ARCHITECTURE_LINES, "ARCHITECTURE.md has {lines} lines");
    let paths = quoted_paths(&text);
    assert!(!paths.is_empty(), "ARCHITECTURE.md names no path in back quotes");
    // The built package is the one path that a fresh checkout lacks.
    let missing = paths.into_iter().filter(|path| !path.starts_with("widget/dist") && !root().join(path).exists());
    assert_none("paths of ARCHITECTURE.md that do not exist", &missing.collect::<Vec<_>>());
}

#[test]
fn every_setting_is_documented() {
    let config = read("functions/src/config.rs");
    let words = config.split('"').skip(1).step_by(2);
    let is_name = |word: &&str| {
        word.len() > 3 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') && !word.starts_with('_')
    };
    let names: Vec<&str> = words.filter(is_name).collect();
    assert!(names.len() > 10, "{names:?}");
    let readme = read("functions/README.md");
    // Lambda sets these by itself.
    let given = |name: &str| name.starts_with("AWS_ACCESS") || name.starts_with("AWS_SE");
    let missing = names.into_iter().filter(|name| !given(name) && !readme.contains(&format!("`{name}`")));
    assert_none("settings that functions/README.md lacks", &missing.map(str::to_owned).collect::<Vec<_>>());
}
