//! What is printed where: one document or a text on standard output, everything else on standard error.

use crate::failure::{Exit, Failure};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};

/// What a command found out: a document for programs, a text for people.
#[derive(Debug)]
pub(crate) struct Report {
    /// Goes under `data` with `--json`.
    pub(crate) data: Value,
    /// Printed otherwise; may be empty when all was said on the way.
    pub(crate) text: String,
    /// How the program ends: a report may well tell of something bad.
    pub(crate) exit: Exit,
}

impl Report {
    pub(crate) fn new(data: Value, text: impl Into<String>) -> Self {
        Self { data, text: text.into(), exit: Exit::Ok }
    }

    /// The same, ending otherwise than with success.
    #[must_use]
    pub(crate) fn ending(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

/// How to print.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    colour: bool,
    progress: bool,
}

/// Meanings that have a colour.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tone {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Worth a look.
    Warn,
    /// Of less weight.
    Faint,
    /// A heading.
    Strong,
}

impl Output {
    /// Colours only on a terminal, and only where `NO_COLOR` is unset or empty (no-color.org).
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = !json && std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb;
        let progress = !quiet && !dumb && std::io::stderr().is_terminal();
        Self { json, colour, progress }
    }

    /// `text` in the colour of `tone`, where colours are shown.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Warn => "33",
            Tone::Faint => "2",
            Tone::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Whether a person reads, not a program.
    pub(crate) const fn is_for_people(self) -> bool {
        !self.json
    }

    /// A line on the way, for people only: a program gets it in the one document at the end.
    pub(crate) fn say(self, line: &str) {
        if !self.json {
            write_out(&format!("{line}\n"));
        }
    }

    /// What takes long, while it takes long.
    pub(crate) fn progress(self) -> Progress {
        Progress { on: self.progress, shown: false }
    }

    /// Prints how it ended.
    pub(crate) fn finish(self, outcome: Result<Report, Failure>) -> Exit {
        match outcome {
            Ok(report) => {
                if self.json {
                    write_out(&format!("{:#}\n", json!({ "data": report.data })));
                } else if !report.text.is_empty() {
                    write_out(&format!("{}\n", report.text.trim_end_matches('\n')));
                }
                report.exit
            }
            Err(failure) => {
                if self.json {
                    write_out(&format!("{:#}\n", failure.document()));
                }
                eprint(&explain(&failure));
                failure.exit
            }
        }
    }
}

/// A failure in words.
fn explain(failure: &Failure) -> String {
    let findings = failure.findings();
    let mut text = match findings.as_slice() {
        // What is said of the one field is said once.
        [(field, message)] if *message == failure.message => format!("error: {}: {}\n", plain(field), plain(message)),
        _ => format!("error: {}\n", plain(&failure.message)),
    };
    for (field, message) in findings.iter().filter(|(_, message)| *message != failure.message) {
        text.push_str(&format!("  {}: {}\n", plain(field), plain(message)));
    }
    if let Some(advice) = &failure.more.advice {
        text.push_str(&format!("  {}\n", plain_lines(advice)));
    }
    text.push_str(&format!("  code: {}", plain(&failure.code)));
    if let Some(id) = &failure.more.request_id {
        text.push_str(&format!(", request id: {}", plain(id)));
    }
    text.push('\n');
    text
}

/// Text from elsewhere with nothing in it that a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n  ")
}

fn write_out(text: &str) {
    // Whoever reads us may have gone, as `head` does; there is nobody left to tell.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Raw bytes on standard output.
pub(crate) fn write_bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes);
    let _ = out.flush();
}

/// A note on standard error.
pub(crate) fn eprint(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// One line on standard error that is overwritten; nothing at all when that is no terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    on: bool,
    shown: bool,
}

impl Progress {
    /// Shows `text` in place of what was there.
    pub(crate) fn show(&mut self, text: &str) {
        if self.on {
            eprint(&format!("\r\u{1b}[2K{}", plain(text)));
            self.shown = true;
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            eprint("\r\u{1b}[2K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Rows under headings, in columns as wide as they need to be.
pub(crate) fn table(output: Output, headings: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(headings.get(column).map(|heading| heading.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let heads: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let mut text = output.paint(Tone::Faint, &line(&heads));
    text.push('\n');
    for row in &rows {
        text.push_str(&line(row));
        text.push('\n');
    }
    text
}

/// `13.00 USD`.
pub(crate) fn money(cents: Option<u64>, currency: Option<&str>) -> String {
    let Some(cents) = cents else { return "–".to_owned() };
    format!("{}.{:02} {}", cents / 100, cents % 100, currency.unwrap_or_default().to_uppercase()).trim_end().to_owned()
}
