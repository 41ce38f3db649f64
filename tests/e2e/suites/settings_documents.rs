//! The tables of settings and secrets in the documents, compared with the declared settings.

use crate::house::{read, root};
use functions::config::settings::SETTINGS;
use functions::config::{Absent, Form, Function, SetBy, Setting};

/// Writes the table into functions/README.md in place of comparing it.
const WRITE: &str = "WRITE_SETTINGS";
const README: &str = "functions/README.md";
const FIRST: &str = "| variable | read by | value | when absent | meaning |\n|---|---|---|---|---|\n";

/// `on` or `off`, each in back quotes.
fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

fn names(functions: &[Function]) -> String {
    if functions.len() == Function::ALL.len() {
        return "all".to_owned();
    }
    functions.iter().map(|function| function.name()).collect::<Vec<_>>().join(", ")
}

fn value(form: Form) -> String {
    match form {
        Form::Text => "text".to_owned(),
        Form::Secret(_) => "secret".to_owned(),
        Form::OneOf(words) => quoted(words),
        Form::Number { least, most, unit } => format!("{least} to {most} {unit}"),
        Form::Checked(..) => form.description(),
    }
}

fn row(setting: &Setting) -> String {
    let absent = match setting.absent {
        Absent::Refused => "**required**".to_owned(),
        Absent::Default(value) => format!("`{value}`"),
        Absent::Means(words) => words.to_owned(),
    };
    let (readers, value) = (names(setting.read_by), value(setting.form));
    format!("| `{}` | {readers} | {value} | {absent} | {} |\n", setting.name, setting.meaning)
}

#[test]
fn the_table_of_settings_is_the_declared_one() {
    let table = SETTINGS.iter().map(row).fold(FIRST.to_owned(), |table, row| table + &row);
    let readme = read(README);
    let (before, found) = readme.split_once(FIRST).unwrap_or_else(|| panic!("{README} has no table of settings"));
    let (rows, after) = found.split_once("\n\n").unwrap_or((found, ""));
    let written = format!("{FIRST}{rows}\n");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(root().join(README), format!("{before}{table}\n{after}")).unwrap();
        return;
    }
    let differs = written.lines().zip(table.lines()).find(|(written, declared)| written != declared);
    assert!(
        written == table,
        "{README} lacks what functions/src/config/settings.rs declares. Run this test with {WRITE}=1. First: {differs:?}"
    );
}

#[test]
fn the_table_of_secrets_names_who_reads_each() {
    let readme = read("infra/README.md");
    for setting in SETTINGS.iter().filter(|setting| setting.set_by == SetBy::OneMachine) {
        let Form::Secret(kind) = setting.form else { continue };
        let secret = format!("{kind:?}").to_lowercase();
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{secret}` |")));
        let row = row.unwrap_or_else(|| panic!("infra/README.md has no secret {secret}"));
        assert!(row.ends_with(&format!("| {} |", names(setting.read_by))), "{}: {row}", setting.name);
        let is_named = row.contains(&format!("`{}`", setting.name.to_lowercase()));
        assert!(is_named || setting.name.starts_with("PREVIOUS_"), "{}: {row}", setting.name);
    }
}

#[test]
fn the_benchmarks_set_declared_settings() {
    let text = read("tests/bench/lib/stack.mjs");
    let ours = text.split("  ours() {").nth(1).and_then(|rest| rest.split("\n  }\n").next()).unwrap();
    let name = |line: &'_ str| line.trim().split_once(": ").map(|(name, _)| name.to_owned());
    let is_variable = |name: &String| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let names: Vec<String> = ours.lines().filter_map(name).filter(is_variable).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(SETTINGS.iter().any(|setting| setting.name == name), "{name} is no setting");
    }
}

#[test]
fn deploy_stores_the_declared_secrets_and_no_others() {
    // `data_key` is made by the command itself, once, and never read from a file.
    let declared = SETTINGS.iter().filter(|setting| matches!(setting.form, Form::Secret(_)));
    let mut declared: Vec<String> = declared.map(|setting| setting.name.to_lowercase()).collect();
    declared.retain(|name| name != "data_key");
    declared.sort();
    let source = read("tools/xtask/src/deploy/secrets.rs");
    let (_, kinds) = source.split_once("KINDS: ").unwrap_or_else(|| panic!("deploy has no list of secrets"));
    let (kinds, _) = kinds.split_once("];").unwrap_or_default();
    let quoted: Vec<&str> = kinds.split('"').skip(1).step_by(2).collect();
    let mut stored: Vec<String> = quoted.iter().filter(|word| word.contains('_')).map(|w| (*w).to_owned()).collect();
    stored.sort();
    assert_eq!(stored, declared, "tools/xtask/src/deploy/secrets.rs and functions/src/config/settings.rs");
}
