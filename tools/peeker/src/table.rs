//! Rows under headings, in columns that together are as wide as the terminal.

use crate::output::{Output, Tone, plain};
use std::io::IsTerminal;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of text between two cells.
const GAP: &str = "  ";
/// A cell is never cut below this many columns: a table that needs more than the terminal has runs over its edge.
const NARROWEST: usize = 8;
/// Columns of a line where there is no terminal, as in a file: room for whole addresses and paths, and an end.
const WITHOUT_TERMINAL: usize = 400;

/// How many columns a line has: those of `COLUMNS`, or of the terminal.
fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    told.unwrap_or_else(|| {
        let terminal = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
        terminal.map_or(WITHOUT_TERMINAL, |(terminal_size::Width(columns), _)| usize::from(columns))
    })
}

/// Text from elsewhere on one line, cut to the line's width less `used` columns.
pub(crate) fn fit(text: &str, used: usize) -> String {
    cut(&plain(text), width().saturating_sub(used).max(NARROWEST))
}

/// A table.
pub(crate) fn table(output: Output, headings: &[&str], rows: &[Vec<String>]) -> String {
    draw(output, headings, rows, width())
}

fn draw(output: Output, headings: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let heads: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let natural = |column: usize| {
        let cells = rows.iter().chain([&heads]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(natural).collect();
    let gaps = GAP.len() * headings.len().saturating_sub(1);
    let most = widest(&widths, width.saturating_sub(gaps));
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| {
            let cell = cut(cell, (*width).min(most));
            let missing = (*width).min(most).saturating_sub(cell.width());
            format!("{cell}{}", " ".repeat(missing))
        });
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    let mut text = output.paint(Tone::Faint, &line(&heads));
    text.push('\n');
    for row in &rows {
        text.push_str(&line(row));
        text.push('\n');
    }
    text
}

/// The widest that a column may be so that all fit into `room`: the widest ones are cut, and the others stay whole.
fn widest(widths: &[usize], room: usize) -> usize {
    let most = widths.iter().copied().max().unwrap_or(0);
    let fits = |limit: &usize| widths.iter().map(|width| (*width).min(*limit)).sum::<usize>() <= room;
    (NARROWEST..=most).rev().find(fits).unwrap_or(NARROWEST)
}

/// The beginning of `text` in at most `columns`, with a mark where something was cut off.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::{cut, draw};
    use crate::output::Output;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn the_widest_cells_are_cut_to_the_width_and_the_others_stay_whole() {
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
    fn what_fits_is_not_cut() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("客户客", 4), "客…");
        let text = draw(Output::new(false, true), &["ID", "N"], &[vec!["one".to_owned(), "2".to_owned()]], 80);
        assert_eq!(text, "ID   N\none  2\n");
    }
}
