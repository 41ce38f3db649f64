//! Reads domain names out of what people paste: one a line, several in a line, a column of a table, web addresses.

mod address;
mod cell;
mod table;

use crate::domain_name::{DomainName, NameProblem};
use crate::unicode::is_invisible;
use std::collections::BTreeSet;
use table::Table;

pub(crate) use cell::is_meant;
pub use cell::{cells, judge};

/// What a list was found to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameList {
    /// Each name once, in the order given.
    pub entries: Vec<Entry>,
    /// Entries beyond the limit, which are counted and not kept.
    pub cut: u32,
}

/// One entry that was meant as a name, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line it stands on, from 1.
    pub line: u32,
    /// As it stands in the text.
    pub input: String,
    /// The name, or what is wrong with it.
    pub verdict: Result<DomainName, NameProblem>,
    /// What was left out of a web address whose host is the name: `https:// /pricing?x=1`. No error: a note.
    pub left_out: Option<String>,
}

impl Entry {
    /// A sentence about what was left out.
    pub fn note(&self) -> Option<String> {
        self.left_out.as_ref().map(|left| format!("Read from a web address. Left out: {left}"))
    }
}

/// Reads up to `most` entries of `text`.
///
/// In a table, the column of names is recognised by its heading or by what it holds, and the other columns are ignored.
/// A column that no heading names decides only when no name stands beside it: otherwise every cell is read, as in any other
/// text. There, cells that hold no name (dates, prices, numbers) are ignored beside one that does. A line without any name
/// is refused as a whole, unless it is a heading.
///
/// ```
/// let list = shared::name_list::read("Sold,Name\n2026-05-12,acme.com\n2026-05-13,getacme.com\n", 500);
/// let names: Vec<&str> = list.entries.iter().map(|entry| entry.input.as_str()).collect();
/// assert_eq!(names, ["acme.com", "getacme.com"]);
/// ```
pub fn read(text: &str, most: usize) -> NameList {
    let rows: Vec<(u32, &str)> = (1..).zip(lines(text)).filter(|(_, line)| cells(line).next().is_some()).collect();
    let table = Table::of(rows.iter().map(|(_, line)| *line));
    let mut reader = Reader { most, ..Reader::default() };
    let mut heading = None;
    for (place, (number, line)) in rows.into_iter().enumerate() {
        let part = table.as_ref().map_or(line, |table| table.name_of(line));
        let Some(refused) = reader.read_cells(number, part, table.is_some()) else {
            continue;
        };
        let is_heading = match &table {
            Some(table) if place == 0 => table.is_headings(line),
            Some(_) => table::is_heading(part),
            None => table::is_headed(line),
        };
        if is_heading && reader.names.is_empty() {
            heading = heading.or(Some((number, refused)));
        } else {
            reader.add(number, refused);
        }
    }
    // A heading without names below it was meant as a name.
    if let Some((number, heading)) = heading
        && reader.list.entries.is_empty()
    {
        reader.add(number, heading);
    }
    reader.list
}

/// The lines of a text, divided by any sign that starts a new one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A line feed after a carriage return belongs to it: what it would start is the rest of the same end of line.
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let given = rest?;
        let Some(end) = given.find(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) else {
            rest = None;
            return Some(given);
        };
        let (line, after) = given.split_at_checked(end)?;
        rest = match after.strip_prefix("\r\n") {
            Some(next) => Some(next),
            None => after.char_indices().nth(1).map_or(Some(""), |(start, _)| after.get(start..)),
        };
        Some(line)
    })
}

#[derive(Debug, Default)]
struct Reader {
    most: usize,
    list: NameList,
    names: BTreeSet<DomainName>,
    refused: BTreeSet<String>,
}

impl Reader {
    /// Adds the names among the cells of `part`, and what was meant as one. When there is neither, the one cell that there
    /// is, or all of `part`: half of `acme,com` says less.
    fn read_cells<'t>(&mut self, line: u32, part: &'t str, is_column: bool) -> Option<&'t str> {
        let mut has_name = false;
        let mut wrong = Vec::new();
        let mut whole = None;
        for cell in cells(part) {
            whole = Some(whole.map_or(cell, |first| entire(part).unwrap_or(first)));
            match judge(cell) {
                (Ok(name), left_out) => {
                    has_name = true;
                    self.push(line, cell, Ok(name), left_out);
                }
                (Err(problem), _) if is_meant(cell) => wrong.push((cell, problem)),
                _ => {}
            }
        }
        // Beside a name, what cannot have been meant as one is another column; in the column of names it is a remark.
        let is_other = |problem| {
            matches!(problem, NameProblem::IpAddress | NameProblem::BadTld | NameProblem::Url | NameProblem::Email)
        };
        wrong.retain(|(_, problem)| !has_name || !(is_column || is_other(*problem)));
        has_name |= !wrong.is_empty();
        for (cell, problem) in wrong {
            self.push(line, cell, Err(problem), None);
        }
        whole.filter(|_| !has_name)
    }

    fn add(&mut self, line: u32, cell: &str) {
        let (verdict, left_out) = judge(cell);
        self.push(line, cell, verdict, left_out);
    }

    /// One more entry, unless it is there; what is no name stays, with the reason.
    fn push(&mut self, line: u32, input: &str, verdict: Result<DomainName, NameProblem>, left_out: Option<String>) {
        let is_known = match &verdict {
            Ok(name) => self.names.contains(name),
            Err(_) => self.refused.contains(input),
        };
        if is_known {
            return;
        }
        if self.list.entries.len() >= self.most {
            self.list.cut = self.list.cut.saturating_add(1);
            return;
        }
        match &verdict {
            Ok(name) => self.names.insert(name.clone()),
            Err(_) => self.refused.insert(input.to_owned()),
        };
        self.list.entries.push(Entry { line, input: input.to_owned(), verdict, left_out });
    }
}

/// `text` without what is not drawn at its ends, unless there are control characters in it, which no entry has.
fn entire(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    (!text.contains(|c: char| c.is_control() && c != '\t')).then_some(text)
}
