//! Detects the column of a pasted table that contains the names.

use super::cell::{cells, check_cell, is_meant};
use crate::domain_name::DomainName;
use crate::unicode::{is_alphabetic, is_invisible, is_numeric, lowercase};
use std::collections::BTreeSet;

/// Column delimiters, most reliable first: a comma also occurs inside cells.
const DELIMITERS: [char; 7] = ['\t', ';', '|', '；', '｜', ',', '，'];

/// Known headings of a column of domain names.
const HEADINGS: [&str; 24] = [
    "domain",
    "domains",
    "domain name",
    "domain names",
    "domainname",
    "name",
    "names",
    "hostname",
    "host",
    "fqdn",
    "website",
    "web site",
    "site",
    "url",
    "web",
    "homepage",
    "domäne",
    "domaine",
    "dominio",
    "domínio",
    "dominios",
    "domein",
    "домен",
    "النطاق",
];

/// Number of rows examined to detect the column.
const SAMPLE: usize = 1_000;

/// The layout of a table: delimiter and column of names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    delimiter: char,
    column: usize,
}

/// Statistics of the cells of a column.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    is_headed: bool,
    filled: u32,
    /// Cells that contain only a name.
    names: u32,
    /// Cells that contain only a URL.
    addresses: u32,
    /// Cells that were meant as a name and are invalid.
    meant: u32,
}

impl Table {
    /// Detects a table in `rows`: one column contains the names, and no other column does.
    pub(super) fn of<'t>(rows: impl Iterator<Item = &'t str> + Clone) -> Option<Self> {
        let sample = rows.clone().take(SAMPLE);
        // One row is not a table: it may be `acme,com` above a list of names.
        let below = sample.clone().skip(1);
        let total = below.clone().count();
        let lines_with = |delimiter: char| below.clone().filter(|row| fields(row, delimiter).nth(1).is_some()).count();
        let delimiter = DELIMITERS.into_iter().rev().max_by_key(|delimiter| lines_with(*delimiter))?;
        let with = lines_with(delimiter);
        if with.saturating_mul(2) < total || with == 0 {
            return None;
        }
        let first: Vec<&str> = rows.clone().next().map(|row| fields(row, delimiter).collect()).unwrap_or_default();
        let mut columns: Vec<Column> = Vec::new();
        for row in sample {
            for (place, field) in fields(row, delimiter).enumerate() {
                if columns.len() <= place {
                    columns.push(Column::default());
                }
                if let Some(column) = columns.get_mut(place) {
                    column.count(field);
                }
            }
        }
        // A single heading is the title of a list, not of a column.
        for (column, heading) in columns.iter_mut().zip(&first).filter(|_| first.len() > 1) {
            column.is_headed = is_heading(heading);
        }
        let table = Self { delimiter, column: chosen(&columns)? };
        let is_headed = columns.get(table.column).is_some_and(|column| column.is_headed);
        let is_explained = |place: usize| is_headed && first.get(place).is_some_and(|heading| !heading.is_empty());
        (!table.drops_a_name(rows, is_explained)).then_some(table)
    }

    /// The cell of the column of names; the whole row if it has too few cells.
    pub(super) fn name_of<'t>(&self, row: &'t str) -> &'t str {
        fields(row, self.delimiter).nth(self.column).unwrap_or(row)
    }

    /// Whether the first row consists of headings: words in more than one column.
    pub(super) fn is_headings(&self, row: &str) -> bool {
        let is_word = |field: &str| !field.contains(|c: char| is_numeric(c) || matches!(c, '.' | '@' | '/'));
        let mut filled = fields(row, self.delimiter).filter(|field| !field.is_empty());
        is_heading(self.name_of(row)) || filled.clone().nth(1).is_some() && filled.all(is_word)
    }

    /// Whether a name occurs only outside of the column of names. If headings explain the columns, the column
    /// `is_explained` is excluded.
    fn drops_a_name<'t>(
        &self,
        rows: impl Iterator<Item = &'t str> + Clone,
        is_explained: impl Fn(usize) -> bool,
    ) -> bool {
        let mut beside: BTreeSet<DomainName> = BTreeSet::new();
        for row in rows.clone() {
            for (place, field) in fields(row, self.delimiter).enumerate() {
                if place != self.column && !is_explained(place) {
                    beside.extend(cells(field).filter_map(name));
                }
            }
        }
        // Most tables have none: skip the second pass.
        if beside.is_empty() {
            return false;
        }
        let mut inside: BTreeSet<DomainName> = BTreeSet::new();
        for row in rows {
            inside.extend(cells(self.name_of(row)).filter_map(|cell| check_cell(cell).0.ok()));
        }
        beside.iter().any(|name| !inside.contains(name))
    }
}

impl Column {
    fn count(&mut self, field: &str) {
        let mut cells = cells(field);
        let (Some(cell), None) = (cells.next(), cells.next()) else {
            self.filled = self.filled.saturating_add(u32::from(!field.is_empty()));
            return;
        };
        self.filled = self.filled.saturating_add(1);
        let count = match check_cell(cell) {
            (Ok(_), None) => &mut self.names,
            (Ok(_), Some(_)) => &mut self.addresses,
            _ if is_meant(cell) => &mut self.meant,
            _ => return,
        };
        *count = count.saturating_add(1);
    }
}

/// The column of names; else the column of URLs; else the column of invalid names if its heading says so.
fn chosen(columns: &[Column]) -> Option<usize> {
    let by_count = |count: fn(&Column) -> u32, has_to_be_headed: bool| {
        let total: u32 = columns.iter().map(count).fold(0, u32::saturating_add);
        let is_candidate = |column: &Column| {
            let is_half = count(column).saturating_mul(2) >= column.filled;
            count(column) > 0
                && (is_half && !has_to_be_headed || column.is_headed && (is_half || count(column) == total))
        };
        let places: Vec<usize> =
            columns.iter().enumerate().filter(|(_, column)| is_candidate(column)).map(|(place, _)| place).collect();
        let is_headed = |place: &&usize| columns.get(**place).is_some_and(|column| column.is_headed);
        let mut headed = places.iter().filter(is_headed);
        match (headed.next(), headed.next(), places.as_slice()) {
            (Some(place), None, _) | (None, _, [place]) => Some(Some(*place)),
            (None, _, []) => None,
            // Several candidates: every cell is parsed.
            _ => Some(None),
        }
    };
    by_count(|column| column.names, false)
        .or_else(|| by_count(|column| column.addresses, false))
        .or_else(|| by_count(|column| column.meant, true))
        .flatten()
}

/// Whether `text` is a heading of a column of domain names: `Domain`, `Domains:`, `domain_2`.
pub(super) fn is_heading(text: &str) -> bool {
    let word = lowercase(text.trim_matches(|c: char| !is_alphabetic(c))).replace(['_', '-'], " ");
    HEADINGS.contains(&word.as_str())
}

/// Whether `line`, outside of a table, consists of headings: `Domain`, or several words with a column heading among
/// them.
pub(super) fn is_headed(line: &str) -> bool {
    let is_headed = |delimiter| fields(line, delimiter).any(is_heading);
    is_heading(line)
        || line.contains(DELIMITERS) && !line.contains(['.', '@', '/']) && DELIMITERS.into_iter().any(is_headed)
}

/// The name in a cell that contains nothing else; of a URL, only scheme, `www.`, port and a trailing slash may be
/// dropped.
fn name(cell: &str) -> Option<DomainName> {
    let is_bare =
        |part: &str| part.ends_with("//") || part.eq_ignore_ascii_case("www.") || part == "/" || part.starts_with(':');
    match check_cell(cell) {
        (Ok(name), left_out) => left_out.is_none_or(|left| left.split(' ').all(is_bare)).then_some(name),
        _ => None,
    }
}

/// The fields of a row without surrounding white space and quotation marks. Delimiters inside quotation marks do not
/// split.
fn fields(row: &str, delimiter: char) -> impl Iterator<Item = &str> + Clone {
    let mut is_quoted = false;
    let divides = move |c: char| {
        is_quoted ^= c == '"';
        c == delimiter && !is_quoted
    };
    row.split(divides).map(|field| field.trim_matches(|c: char| c == '"' || c.is_whitespace() || is_invisible(c)))
}
