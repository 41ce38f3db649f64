//! Which column of a pasted table holds the names.

use super::cell::{cells, is_meant, judge};
use crate::domain_name::DomainName;
use crate::unicode::is_invisible;
use std::collections::BTreeSet;

/// What divides the columns of a table, the surest sign first: a comma also stands inside a cell.
const DELIMITERS: [char; 7] = ['\t', ';', '|', '；', '｜', ',', '，'];

/// How columns of domain names are headed.
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

/// Rows that are looked at to find the column; the rest of a long table is like them.
const SAMPLE: usize = 1_000;

/// Where the names of a table stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    delimiter: char,
    column: usize,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, Default)]
struct Column {
    is_headed: bool,
    filled: u32,
    /// Cells that are a name and nothing else.
    names: u32,
    /// Cells that are a web address and nothing else.
    addresses: u32,
    /// Cells that were meant as a name and are none.
    meant: u32,
}

impl Table {
    /// The table that `rows` are, if one of their columns is the one of names and no name stands beside it.
    pub(super) fn of<'t>(rows: impl Iterator<Item = &'t str> + Clone) -> Option<Self> {
        let sample = rows.clone().take(SAMPLE);
        // The first row alone makes no table: `acme,com` above a list of names.
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
        // A heading on its own is the title of a list, not the heading of a column.
        for (column, heading) in columns.iter_mut().zip(&first).filter(|_| first.len() > 1) {
            column.is_headed = is_heading(heading);
        }
        let table = Self { delimiter, column: chosen(&columns)? };
        let is_headed = columns.get(table.column).is_some_and(|column| column.is_headed);
        let is_explained = |place: usize| is_headed && first.get(place).is_some_and(|heading| !heading.is_empty());
        (!table.drops_a_name(rows, is_explained)).then_some(table)
    }

    /// The cell of a row that stands in the column of names; the whole row when it is too short to have one.
    pub(super) fn name_of<'t>(&self, row: &'t str) -> &'t str {
        fields(row, self.delimiter).nth(self.column).unwrap_or(row)
    }

    /// Whether `row`, the first, is one of headings: words in more than one column.
    pub(super) fn is_headings(&self, row: &str) -> bool {
        let is_word = |field: &str| !field.contains(|c: char| c.is_numeric() || matches!(c, '.' | '@' | '/'));
        let mut filled = fields(row, self.delimiter).filter(|field| !field.is_empty());
        is_heading(self.name_of(row)) || filled.clone().nth(1).is_some() && filled.all(is_word)
    }

    /// Whether a name stands beside the column of names, and nowhere in it. Where headings say what the columns are, the
    /// one that `is_explained` is not meant.
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
        // Most tables have none; then the column is not read once more.
        if !beside.is_empty() {
            for row in rows {
                for name in cells(self.name_of(row)).filter_map(|cell| judge(cell).0.ok()) {
                    beside.remove(&name);
                }
            }
        }
        !beside.is_empty()
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
        let count = match judge(cell) {
            (Ok(_), None) => &mut self.names,
            (Ok(_), Some(_)) => &mut self.addresses,
            _ if is_meant(cell) => &mut self.meant,
            _ => return,
        };
        *count = count.saturating_add(1);
    }
}

/// The one column of names; where there are none, of web addresses; where there are none, of what was meant as a name,
/// if its heading says so.
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
            // There are several: all are read.
            _ => Some(None),
        }
    };
    by_count(|column| column.names, false)
        .or_else(|| by_count(|column| column.addresses, false))
        .or_else(|| by_count(|column| column.meant, true))
        .flatten()
}

/// Whether `text` heads a column of domain names: `Domain`, `Domains:`, `domain_2`.
pub(super) fn is_heading(text: &str) -> bool {
    let word = text.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase().replace(['_', '-'], " ");
    HEADINGS.contains(&word.as_str())
}

/// Whether `line`, outside a table, is one of headings: `Domain`, or words of which one is the heading of a column.
pub(super) fn is_headed(line: &str) -> bool {
    let is_headed = |delimiter| fields(line, delimiter).any(is_heading);
    is_heading(line)
        || line.contains(DELIMITERS) && !line.contains(['.', '@', '/']) && DELIMITERS.into_iter().any(is_headed)
}

/// The name that a cell is and nothing else; of a web address, nothing but its scheme, `www.`, a port or a last slash.
fn name(cell: &str) -> Option<DomainName> {
    let is_bare =
        |part: &str| part.ends_with("//") || part.eq_ignore_ascii_case("www.") || part == "/" || part.starts_with(':');
    match judge(cell) {
        (Ok(name), left_out) => left_out.is_none_or(|left| left.split(' ').all(is_bare)).then_some(name),
        _ => None,
    }
}

/// The fields of a row, without white space and quotation marks around them. A delimiter between quotation marks does
/// not divide.
fn fields(row: &str, delimiter: char) -> impl Iterator<Item = &str> + Clone {
    let mut is_quoted = false;
    let divides = move |c: char| {
        is_quoted ^= c == '"';
        c == delimiter && !is_quoted
    };
    row.split(divides).map(|field| field.trim_matches(|c: char| c == '"' || c.is_whitespace() || is_invisible(c)))
}
