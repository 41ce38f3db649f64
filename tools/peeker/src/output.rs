//! What is printed where: one document or a text on standard output, everything else on standard error.

use crate::failure::{Exit, Failure};
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::io::{ErrorKind, Write};
use std::sync::OnceLock;

/// What a command found out: a document for programs, a text for people.
#[derive(Debug)]
pub(crate) struct Report {
    /// Goes under `data` with `--json`.
    pub(crate) data: Value,
    /// Printed otherwise; may be empty when all was said on the way.
    pub(crate) text: String,
    /// The text is a file for programs: it is printed byte for byte.
    pub(crate) is_file: bool,
    /// A program has got everything on the way, line by line.
    is_told: bool,
    /// How the program ends: a report may well tell of something bad.
    pub(crate) exit: Exit,
}

impl Report {
    pub(crate) fn new(data: Value, text: impl Into<String>) -> Self {
        Self { data, text: text.into(), is_file: false, is_told: false, exit: Exit::Ok }
    }

    /// A report that is a file for programs, such as a table for a spreadsheet.
    pub(crate) fn file(text: &str) -> Self {
        Self { is_file: true, ..Self::new(Value::from(text), text) }
    }

    /// The end of a command whose lines a program has got already.
    pub(crate) fn told(text: impl Into<String>) -> Self {
        Self { is_told: true, ..Self::new(Value::Null, text) }
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
    quiet: bool,
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
    /// Colours where clap shows them, too: on a terminal that has them, unless `NO_COLOR` is set (no-color.org), or
    /// where `CLICOLOR_FORCE` asks for them.
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        let colour = !json && AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
        Self { json, colour, quiet }
    }

    /// `text` in the colour of `tone`, where colours are shown.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let style = match tone {
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Bad => AnsiColor::Red.on_default(),
            Tone::Warn => AnsiColor::Yellow.on_default(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Strong => Style::new().bold(),
        };
        format!("{style}{text}{style:#}")
    }

    /// Whether a person reads, not a program.
    pub(crate) const fn is_for_people(self) -> bool {
        !self.json
    }

    /// A line on the way, for people only: a program gets it in the one document at the end.
    pub(crate) fn say(self, line: &str) {
        if !self.json {
            write_out(&format!("{}\n", harmless(line)));
        }
    }

    /// An object on the way, on a line of its own, for programs only.
    pub(crate) fn tell(self, object: &Value) {
        if self.json {
            write_out(&escaped(&format!("{object}\n")));
        }
    }

    /// What takes long, while it takes long.
    pub(crate) fn progress(self) -> Progress {
        let target = if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        Progress(ProgressBar::with_draw_target(None, target).with_style(style))
    }

    /// Prints how it ended.
    pub(crate) fn finish(self, outcome: Result<Report, Failure>) -> Exit {
        let exit = match outcome {
            Ok(report) => {
                if self.json {
                    if !report.is_told {
                        write_out(&document(&json!({ "data": report.data })));
                    }
                } else if report.is_file {
                    write_out(&report.text);
                } else if !report.text.is_empty() {
                    write_out(&format!("{}\n", harmless(report.text.trim_end_matches('\n'))));
                }
                report.exit
            }
            Err(failure) => {
                if self.json {
                    write_out(&document(&failure.document()));
                }
                eprint(&explain(&failure));
                failure.exit
            }
        };
        ending(exit)
    }
}

/// Characters of a word that somebody gave, in a message; a longer one fills the screen.
const LONGEST_WORD: usize = 160;
const LONGEST_MESSAGE: usize = 2_000;

/// The text with its long words cut, and all of it at a length that is still read.
pub(crate) fn brief(text: &str) -> String {
    let mut short = String::new();
    let (mut run, mut whole) = (0_usize, 0_usize);
    for c in text.chars() {
        run = if c.is_whitespace() { 0 } else { run + 1 };
        if run > LONGEST_WORD + 1 {
            continue;
        }
        whole += 1;
        if whole > LONGEST_MESSAGE {
            short.push('…');
            break;
        }
        short.push(if run > LONGEST_WORD { '…' } else { c });
    }
    short
}

/// A failure in words.
fn explain(failure: &Failure) -> String {
    let findings = failure.findings();
    let mut text = match findings.as_slice() {
        // What is said of the one field is said once.
        [(field, message)] if *message == failure.message => {
            format!("error: {}\n", located(field, message))
        }
        _ => format!("error: {}\n", plain(&brief(&failure.message))),
    };
    for (field, message) in findings.iter().filter(|(_, message)| *message != failure.message) {
        text.push_str(&format!("  {}\n", located(field, message)));
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

/// A message with the field that it is about, unless it begins with the field itself.
fn located(field: &str, message: &str) -> String {
    let message = plain(&brief(message));
    let names_field = message.strip_prefix(field).is_some_and(|rest| rest.starts_with(' '));
    if field.is_empty() || names_field { message } else { format!("{}: {message}", plain(field)) }
}

/// How the program ends after all: what could not be printed is a failure, whatever it would have said.
pub(crate) fn ending(exit: Exit) -> Exit {
    let Some(error) = LOST.get() else { return exit };
    eprint(&format!("error: standard output cannot be written: {error}\n  code: output_failed\n"));
    if exit == Exit::Ok { Exit::Refused } else { exit }
}

/// Text from elsewhere, on one line, with nothing in it that a terminal would obey or that changes how the text around
/// it is read.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c }).collect()
}

/// Marks that turn the direction of text, break lines, or show as nothing. Joiners are letters' own.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The colours of [`Output::paint`], which are ours.
const COLOURS: [&str; 6] = ["0m", "1m", "2m", "31m", "32m", "33m"];

/// A text of ours with text from elsewhere in it: lines, tabs and our own colours stay, every other control is shown as
/// the replacement character.
fn harmless(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colour =
            rest.strip_prefix("\u{1b}[").and_then(|code| COLOURS.iter().find(|known| code.starts_with(**known)));
        let (kept, next) = match colour {
            Some(code) => (rest.get(..2 + code.len()).unwrap_or_default(), 2 + code.len()),
            None if c == '\n' || c == '\t' => (rest.get(..1).unwrap_or_default(), 1),
            None if c.is_control() || is_invisible(c) => ("\u{fffd}", c.len_utf8()),
            None => (rest.get(..c.len_utf8()).unwrap_or_default(), c.len_utf8()),
        };
        clean.push_str(kept);
        rest = rest.get(next..).unwrap_or_default();
    }
    clean
}

/// A document for programs. Controls that JSON allows as they are, and a terminal obeys, are escaped: it stays the same
/// document.
fn document(value: &Value) -> String {
    escaped(&format!("{value:#}\n"))
}

fn escaped(json: &str) -> String {
    let mut text = String::new();
    for c in json.chars() {
        if c == '\n' || !(c.is_control() || is_invisible(c)) {
            text.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    text
}

fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n  ")
}

/// Why standard output lost something, once it did.
static LOST: OnceLock<std::io::Error> = OnceLock::new();

/// Remembers what went wrong with standard output. A closed pipe is not among it: whoever read us has gone, as `head`
/// does, and needs no more.
pub(crate) fn note(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = LOST.set(error);
    }
}

fn write_out(text: &str) {
    write_bytes(text.as_bytes());
}

/// Raw bytes on standard output.
pub(crate) fn write_bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    note(out.write_all(bytes).and_then(|()| out.flush()));
}

/// A note on standard error.
pub(crate) fn eprint(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// One line on standard error that is overwritten, and removed in the end; nothing at all when that is no terminal.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Shows `text` in place of what was there.
    pub(crate) fn show(&self, text: &str) {
        self.0.set_message(plain(text));
    }

    /// Removes the line while `print` writes lines of its own.
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }
}

/// `13.00 USD`.
pub(crate) fn money(cents: Option<u64>, currency: Option<&str>) -> String {
    let Some(cents) = cents else { return "–".to_owned() };
    let currency = plain(&currency.unwrap_or_default().to_uppercase());
    format!("{}.{:02} {currency}", cents / 100, cents % 100).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{brief, document, harmless, plain};
    use serde_json::{Value, json};

    #[test]
    fn terminal_control_characters_are_removed() {
        assert_eq!(
            plain("a\u{1b}[2Jb\u{9b}31mc\r\n\u{202e}d\u{7f}"),
            "a\u{fffd}[2Jb\u{fffd}31mc\u{fffd}\u{fffd}\u{fffd}d\u{fffd}"
        );
        assert_eq!(
            harmless("\u{1b}[32mok\u{1b}[0m\n\t\u{1b}[2J\u{1b}]0;x\u{7}"),
            "\u{1b}[32mok\u{1b}[0m\n\t\u{fffd}[2J\u{fffd}]0;x\u{fffd}"
        );
    }

    #[test]
    fn long_text_is_shortened() {
        assert_eq!(brief("a short text"), "a short text");
        assert_eq!(brief(&format!("{} is no id", "x".repeat(3_000))), format!("{}… is no id", "x".repeat(160)));
        assert_eq!(brief(&"a ".repeat(3_000)).chars().count(), 2_001);
    }

    #[test]
    fn json_output_escapes_control_characters() {
        let value = json!({"data": "\u{9b}2J\u{202e}\u{7f}\u{e0041}ü"});
        let text = document(&value);
        assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }
}
