//! Reads a list of names as the element's paste box does, for lists of any length: one a line, several in a line, or a
//! column of a table. The element has a reading of its own, for 500 names: its size has no room for one that both share.
//! A test holds the two against each other.

use crate::names::{Verdicts, push};
use shared::domain_name::DomainName;
use std::collections::BTreeSet;

/// Names of one list; what is beyond is counted and not looked at. A table of this length still shows in a page.
pub(crate) const MAX_ENTRIES: usize = 100_000;

/// The entries of a list, each once, in the order given.
#[derive(Debug, Default)]
pub(crate) struct List<'a> {
    pub(crate) verdicts: Verdicts,
    /// The line of each entry, from 1.
    pub(crate) lines: Vec<u32>,
    /// Each entry as it stands in the text, with a separator after it.
    pub(crate) inputs: String,
    /// Entries beyond [`MAX_ENTRIES`].
    pub(crate) cut: u32,
    names: BTreeSet<DomainName>,
    refused: BTreeSet<&'a str>,
}

/// Reads `text`. Cells without a name are left out beside one with a name, and so is a heading above names.
pub(crate) fn read(text: &str) -> List<'_> {
    let mut list = List::default();
    let mut heading = None;
    for (number, line) in (1_u32..).zip(text.split('\n')) {
        let mut has_name = false;
        for cell in cells(line).filter(|cell| is_meant_as_name(cell)) {
            has_name = true;
            list.add(number, cell);
        }
        if has_name {
            continue;
        }
        if let Some(first) = cells(line).next() {
            if list.lines.is_empty() && heading.is_none() {
                heading = Some((number, first));
            } else {
                list.add(number, first);
            }
        }
    }
    // A heading without names below it was meant as a name.
    if let Some((number, first)) = heading
        && list.lines.is_empty()
    {
        list.add(number, first);
    }
    list
}

/// What stands between white space, commas, semicolons and quotes.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c <= ' ' || matches!(c, ',' | ';' | '"' | '\'')).filter(|cell| !cell.is_empty())
}

/// A dot inside, or a sign of an address, and letters: neither `Inc.` nor `12.50` is a name.
fn is_meant_as_name(cell: &str) -> bool {
    let has_sign = cell.trim_end_matches('.').contains(['.', '@', '/']);
    has_sign && cell.bytes().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii())
}

impl<'a> List<'a> {
    /// One more entry, unless it is there; what is no name stays, with the reason.
    fn add(&mut self, line: u32, input: &'a str) {
        let verdict = DomainName::parse(input);
        let is_known = match &verdict {
            Ok(name) => self.names.contains(name),
            Err(_) => self.refused.contains(input),
        };
        if is_known {
            return;
        }
        if self.lines.len() == MAX_ENTRIES {
            self.cut = self.cut.saturating_add(1);
            return;
        }
        self.verdicts.add(input, &verdict);
        self.lines.push(line);
        push(&mut self.inputs, input);
        match verdict {
            Ok(name) => self.names.insert(name),
            Err(_) => self.refused.insert(input),
        };
    }
}
