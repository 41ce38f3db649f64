//! Which column of a pasted table holds the names.

use super::{cells, judge};
use crate::unicode::is_invisible;

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

#[derive(Debug, Clone, Copy, Default)]
struct Column {
    filled: u32,
    /// Cells that are a name and nothing else.
    names: u32,
    /// Cells that are a web address and nothing else.
    addresses: u32,
}

impl Table {
    /// The table that `rows` are, if exactly one of their columns is one of names.
    pub(super) fn of<'t>(rows: impl Iterator<Item = &'t str> + Clone) -> Option<Self> {
        let rows = rows.take(SAMPLE);
        let total = rows.clone().count();
        let lines_with = |delimiter: char| rows.clone().filter(|row| fields(row, delimiter).nth(1).is_some()).count();
        let best = DELIMITERS.into_iter().rev().max_by_key(|delimiter| lines_with(*delimiter))?;
        let with = lines_with(best);
        if total < 2 || with.saturating_mul(2) < total || with == 0 {
            return None;
        }
        let mut columns: Vec<Column> = Vec::new();
        for row in rows.clone() {
            for (place, field) in fields(row, best).enumerate() {
                if columns.len() <= place {
                    columns.push(Column::default());
                }
                if let Some(column) = columns.get_mut(place) {
                    column.count(field);
                }
            }
        }
        let headings: Vec<&str> = rows.clone().next().map(|row| fields(row, best).collect()).unwrap_or_default();
        let column = only(&columns, &headings, |column| column.names)?;
        let column = column.or_else(|| only(&columns, &headings, |column| column.addresses).flatten())?;
        Some(Self { delimiter: best, column })
    }

    /// The cell of a row that stands in the column of names.
    pub(super) fn name_of<'t>(&self, row: &'t str) -> &'t str {
        fields(row, self.delimiter).nth(self.column).unwrap_or_default()
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
        match judge(cell) {
            (Ok(_), None) => self.names = self.names.saturating_add(1),
            (Ok(_), Some(_)) => self.addresses = self.addresses.saturating_add(1),
            _ => {}
        }
    }
}

/// The one column at least half of whose cells are names: `Some(None)` when there is no such column, `None` when there
/// are several and no heading chooses one.
fn only(columns: &[Column], headings: &[&str], names: impl Fn(&Column) -> u32) -> Option<Option<usize>> {
    let is_of_names = |column: &Column| names(column) > 0 && names(column).saturating_mul(2) >= column.filled;
    let places: Vec<usize> =
        columns.iter().enumerate().filter(|(_, column)| is_of_names(column)).map(|(place, _)| place).collect();
    if places.len() < 2 {
        return Some(places.first().copied());
    }
    let is_headed = |place: &&usize| {
        headings.get(**place).is_some_and(|heading| HEADINGS.contains(&heading.to_lowercase().as_str()))
    };
    let mut headed = places.iter().filter(is_headed);
    match (headed.next(), headed.next()) {
        (Some(place), None) => Some(Some(*place)),
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
