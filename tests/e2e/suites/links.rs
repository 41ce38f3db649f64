//! Links in documents, and links from comments to docs/upstream.md, refer to existing files and headings.

use crate::house::{assert_none, files, read};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// The anchor that GitHub generates for a heading.
fn anchor(heading: &str) -> String {
    let letter = |c: char| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then(|| c.to_ascii_lowercase()),
    };
    heading.chars().filter_map(letter).collect()
}

fn anchors(page: &str) -> BTreeSet<String> {
    page.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches(['#', ' ']))).collect()
}

/// The link targets of a page, except those in code.
fn targets(page: &str) -> Vec<&str> {
    let prose = page.split("```").step_by(2);
    let ends = prose.flat_map(|part| part.split("](").skip(1));
    ends.filter_map(|rest| rest.split([')', ' ']).next()).collect()
}

/// `target`, resolved from the folder of `page`, relative to the root.
fn resolved(page: &str, target: &str) -> String {
    let mut path = PathBuf::from(page);
    path.pop();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            part => path.push(part),
        }
    }
    path.to_string_lossy().into_owned()
}

#[test]
fn links_in_documents_resolve() {
    let mut offenders = Vec::new();
    for (page, text) in files("", ".md") {
        for link in targets(&text).into_iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let file = if file.is_empty() { page.clone() } else { resolved(&page, file) };
            let exists = crate::house::root().join(&file).exists();
            if !exists || heading.is_some_and(|heading| !anchors(&read(&file)).contains(heading)) {
                offenders.push(format!("{page} links to {link}"));
            }
        }
    }
    assert_none("links to nowhere", &offenders);
}

#[test]
fn links_in_comments_resolve() {
    let headings = anchors(&read("docs/upstream.md"));
    // Split into two parts, so that this file contains no link.
    let start = concat!("docs/upstream.md", "#");
    let mut links = 0;
    let mut offenders = Vec::new();
    for ending in [".rs", ".mjs", ".py", ".toml", ".yaml", ".json"] {
        for (path, text) in files("", ending) {
            for rest in text.split(start).skip(1) {
                let heading: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                links += 1;
                if !headings.contains(&heading) {
                    offenders.push(format!("{path} links to #{heading}"));
                }
            }
        }
    }
    assert!(links > 50, "only {links} links to docs/upstream.md");
    assert_none("headings that docs/upstream.md lacks", &offenders);
}

#[test]
fn files_named_in_the_architecture_exist() {
    let text = read("ARCHITECTURE.md");
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let named: Vec<&str> = quoted.filter(|word| word.contains('/') && word.ends_with(".rs")).collect();
    assert!(named.len() > 20, "{named:?}");
    let root = crate::house::root();
    let exists = |name: &str| root.join(name).exists() || root.join("functions/src").join(name).exists();
    let missing = named.into_iter().filter(|name| !exists(name)).map(str::to_owned);
    assert_none("files that are neither below the root nor below functions/src", &missing.collect::<Vec<_>>());
}
