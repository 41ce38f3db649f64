//! Rows under headings, in columns that together are as wide as the terminal.

use crate::output::{Output, Tone, plain};
use comfy_table::{ContentArrangement, Row, Table, presets};
use console::{Term, truncate_str};

/// Columns of text between two cells.
const GAP: u16 = 2;
/// A cell is never cut below this many columns: a table that needs more than the terminal has runs over its edge.
const NARROWEST: usize = 8;
/// Columns of a line where there is no terminal, as in a file: room for whole addresses and paths, and an end.
const WITHOUT_TERMINAL: usize = 400;

/// How many columns a line has: those of `COLUMNS`, or of the terminal.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    columns.unwrap_or_else(|| Term::stdout().size_checked().map_or(WITHOUT_TERMINAL, |(_, columns)| columns.into()))
}

/// Text from elsewhere on one line, cut to the line's width less `used` columns.
pub(crate) fn fit(text: &str, used: usize) -> String {
    cut(&plain(text), width().saturating_sub(used).max(NARROWEST))
}

/// The beginning of `text` in at most `columns`, with a mark where something was cut off.
fn cut(text: &str, columns: usize) -> String {
    truncate_str(text, columns, "…").into_owned()
}

/// A table.
pub(crate) fn table(output: Output, headings: &[&str], rows: &[Vec<String>]) -> String {
    draw(output, headings, rows, width())
}

fn draw(output: Output, headings: &[&str], rows: &[Vec<String>], width: usize) -> String {
    // The last column has a gap, too, which is not printed.
    let width = width.saturating_add(GAP.into()).max(headings.len().saturating_mul(NARROWEST + usize::from(GAP)));
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_truncation_indicator("…").set_header(in_one_line(headings));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.add_rows(rows.iter().map(|row| in_one_line(row)));
    table.column_iter_mut().for_each(|column| {
        column.set_padding((0, GAP));
    });
    let text = table.trim_fmt();
    let mut lines = text.lines();
    let heading = output.paint(Tone::Faint, lines.next().unwrap_or_default());
    lines.fold(heading + "\n", |text, line| text + line + "\n")
}

/// The cells of a row, which are cut rather than folded.
fn in_one_line(cells: &[impl AsRef<str>]) -> Row {
    let mut row = Row::from(cells.iter().map(|cell| plain(cell.as_ref())).collect::<Vec<_>>());
    row.max_height(1);
    row
}

#[cfg(test)]
mod tests {
    use super::{cut, draw};
    use crate::output::Output;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn widest_cells_are_cut_first() {
        let long = "a".repeat(3_000);
        for customer in [long.clone(), "\u{1b}[2J".repeat(900), "客户".repeat(900), "e\u{301}".repeat(2_000)] {
            let row = vec!["ord_0123456789".to_owned(), "completed".to_owned(), customer];
            let text = draw(Output::new(false, true), &["ID", "STATUS", "CUSTOMER"], &[row], 80);
            assert!(text.lines().all(|line| line.width() <= 80), "{text}");
            assert!(text.contains("ord_0123456789  completed  "), "{text}");
            assert!(text.trim_end().ends_with('…') && !text.contains('\u{1b}'), "{text}");
        }
        let text = draw(Output::new(false, true), &["A", "B"], &[vec![long.clone(), long]], 10);
        assert!(text.lines().all(|line| line.width() <= 18), "{text}");
    }

    #[test]
    fn fitting_table_is_not_cut() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("客户客", 4), "客…");
        let text = draw(Output::new(false, true), &["ID", "N"], &[vec!["one".to_owned(), "2".to_owned()]], 80);
        assert_eq!(text, "ID   N\none  2\n");
    }
}
