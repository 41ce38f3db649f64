//! Import cycles: no file of a crate imports itself through other files.

use crate::house::{assert_none, files};
use crate::imports_of::{children_used, paths, target, without_tests};
use std::collections::{BTreeMap, BTreeSet};

/// Folders with a crate's sources.
const CRATES: [&str; 12] = [
    "shared/src",
    "functions/src",
    "widget/src",
    "tests/sandbox/src",
    "tests/e2e/src",
    "tests/e2e/suites",
    "tests/simulate/src",
    "tests/fuzz/src",
    "tests/bench/src",
    "tools/demo/src",
    "tools/peeker/src",
    "tools/xtask/src",
];

type Module = Vec<String>;

/// The module of a file; the root of the crate is empty.
fn module(path: &str) -> Module {
    let mut segments: Module = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if segments.last().is_some_and(|last| last == "mod") || ["lib", "main"].contains(&segments.concat().as_str()) {
        segments.pop();
    }
    segments
}

/// The modules that each file of `folder` imports.
fn imports(folder: &str) -> BTreeMap<Module, BTreeSet<Module>> {
    let sources: Vec<(Module, String)> = files(folder, ".rs")
        .into_iter()
        .map(|(path, text)| (module(path.strip_prefix(folder).unwrap().trim_start_matches('/')), text))
        .collect();
    let known: BTreeSet<Module> = sources.iter().map(|(module, _)| module.clone()).filter(|m| !m.is_empty()).collect();
    let root = sources.iter().find(|(module, _)| module.is_empty()).map_or("", |(_, text)| text);
    // What the root exports under a name of its own comes from another file.
    let exported = paths(without_tests(root), "crate::").into_iter().map(|path| match path.first() {
        Some(first) if first == "crate" => path,
        _ => [vec!["crate".to_owned()], path].concat(),
    });
    let exported: Vec<Module> = exported.collect();
    let origin = |path: Vec<String>| {
        let of_root = path.len() == 2 && path[0] == "crate" && !known.contains(&path[1..]);
        let export = exported.iter().find(|export| of_root && export.last() == path.last());
        export.cloned().unwrap_or(path)
    };
    let used_by = |module: &Module, text: &str| -> BTreeSet<Module> {
        let text = without_tests(text);
        let imported = paths(text, "crate::").into_iter();
        let mut used: BTreeSet<Module> =
            imported.filter_map(|path| target(&origin(path), module, &known)).filter(|used| used != module).collect();
        let children = known.iter().filter(|known| known.len() == module.len() + 1 && known.starts_with(module));
        for child in children_used(text, children.map(|child| child[module.len()].as_str())) {
            used.insert([module.as_slice(), &[child.to_owned()]].concat());
        }
        used
    };
    sources.iter().map(|(module, text)| (module.clone(), used_by(module, text))).collect()
}

/// A path from `from` back to itself.
fn cycle(from: &Module, imports: &BTreeMap<Module, BTreeSet<Module>>) -> Option<Vec<Module>> {
    let mut open = vec![vec![from.clone()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = open.pop() {
        for next in way.last().and_then(|last| imports.get(last)).into_iter().flatten() {
            if next == from {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                open.push([way.clone(), vec![next.clone()]].concat());
            }
        }
    }
    None
}

fn cycles(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<String> {
    let name = |module: &Module| if module.is_empty() { "the root".to_owned() } else { module.join("::") };
    let found = imports.keys().filter_map(|module| cycle(module, imports));
    found.map(|way| format!("{} → {}", way.iter().map(name).collect::<Vec<_>>().join(" → "), name(&way[0]))).collect()
}

#[test]
fn no_files_import_each_other() {
    let mut offenders = Vec::new();
    for folder in CRATES {
        offenders.extend(cycles(&imports(folder)).into_iter().map(|cycle| format!("{folder}: {cycle}")));
    }
    assert_none("cycles; move what both need into a file of its own", &offenders);
}

#[test]
fn cycle_through_three_files_is_found() {
    let module = |name: &str| vec![name.to_owned()];
    let imports = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")];
    let imports = imports.map(|(from, to)| (module(from), BTreeSet::from([module(to)])));
    assert_eq!(cycles(&imports.into()), ["a → b → c → a", "b → c → a → b", "c → a → b → c"]);
}

#[test]
fn paths_of_child_modules_are_found_in_code() {
    let text =
        "fn routes() { list::orders(); crate::other::rows(); let a = Other::new(); rows_list::x(); }\n// look::up()";
    assert_eq!(children_used(text, ["list", "other", "look"].into_iter()), ["list"]);
}

#[test]
fn every_form_of_use_is_parsed() {
    let known: BTreeSet<Module> =
        [vec!["a"], vec!["a", "b"], vec!["c"]].iter().map(|m| m.iter().map(|s| (*s).to_owned()).collect()).collect();
    let here = vec!["a".to_owned()];
    for (text, expected) in [
        ("use crate::c::Thing;", Some(vec!["c"])),
        ("pub(crate) use crate::{\n    c::{self, d},\n};", Some(vec!["c"])),
        ("use super::c;", Some(vec!["c"])),
        ("use b::Thing;", Some(vec!["a", "b"])),
        ("fn f() { crate::c::g(); }", Some(vec!["c"])),
        ("use std::fmt;", None),
        ("// use crate::c;", None),
        ("#[cfg(test)]\nmod tests {\n    use crate::c;\n}", None),
    ] {
        let found = paths(without_tests(text), "crate::").iter().find_map(|path| target(path, &here, &known));
        let expected = expected.map(|m| m.into_iter().map(str::to_owned).collect());
        assert_eq!(found, expected, "{text}");
    }
}
