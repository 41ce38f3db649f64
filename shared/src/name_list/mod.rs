//! Parses pasted lists of domain names: one or several per line, a column of a table, or URLs.

mod address;
mod cell;
mod table;

use crate::domain_name::{DomainName, NameProblem};
use crate::unicode::is_invisible;
use std::collections::BTreeSet;
use table::Table;

pub(crate) use cell::is_meant;
pub use cell::{cells, check_cell};

/// The parsed list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameList {
    /// Each name once, in the order of the text.
    pub entries: Vec<Entry>,
    /// Number of entries beyond the limit.
    pub cut: u32,
}

/// One entry that was meant as a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Line number, from 1.
    pub line: u32,
    /// The entry as it was written.
    pub input: String,
    /// The normalized name, or the problem with it.
    pub result: Result<DomainName, NameProblem>,
    /// Parts dropped from a URL whose host is the name, such as `https:// /pricing?x=1`. A note, not an error.
    pub left_out: Option<String>,
}

impl Entry {
    /// A sentence about the dropped parts.
    pub fn note(&self) -> Option<String> {
        self.left_out.as_ref().map(|left| format!("Read from a web address. Left out: {left}"))
    }
}

/// Parses up to `most` entries of `text`.
///
/// In a table, the column of names is detected by its heading or by its cells, and other columns are ignored. A column
/// without a heading is used only if no other column contains a name; otherwise every cell is parsed, as in free text.
/// There, cells without a name (dates, prices, numbers) are ignored if the line has a name. A line without any name is
/// refused as a whole, unless it is a heading.
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

/// The lines of a text, split at every Unicode line terminator.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A line feed after a carriage return belongs to the same line end.
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
    /// Adds the names in the cells of `part`, and entries that were meant as names. Without either, adds the only cell
    /// or all of `part`, because half of `acme,com` would be misleading.
    fn read_cells<'t>(&mut self, line: u32, part: &'t str, is_column: bool) -> Option<&'t str> {
        let mut has_name = false;
        let mut wrong = Vec::new();
        let mut whole = None;
        for cell in cells(part) {
            whole = Some(whole.map_or(cell, |first| entire(part).unwrap_or(first)));
            match check_cell(cell) {
                (Ok(name), left_out) => {
                    has_name = true;
                    self.push(line, cell, Ok(name), left_out);
                }
                (Err(problem), _) if is_meant(cell) => wrong.push((cell, problem)),
                _ => {}
            }
        }
        // Beside a name, other cells are other columns; inside the column of names they are remarks.
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
        let (result, left_out) = check_cell(cell);
        self.push(line, cell, result, left_out);
    }

    /// Adds an entry unless it is a duplicate. Invalid names are kept with the reason.
    fn push(&mut self, line: u32, input: &str, result: Result<DomainName, NameProblem>, left_out: Option<String>) {
        let is_known = match &result {
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
        match &result {
            Ok(name) => self.names.insert(name.clone()),
            Err(_) => self.refused.insert(input.to_owned()),
        };
        self.list.entries.push(Entry { line, input: input.to_owned(), result, left_out });
    }
}

/// `text` without invisible characters at its ends; `None` if it has control characters.
fn entire(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    (!text.contains(|c: char| c.is_control() && c != '\t')).then_some(text)
}
