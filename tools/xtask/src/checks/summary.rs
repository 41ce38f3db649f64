//! How each check ended, line by line.

use super::built::Done;
use crate::run::Failed;
use std::time::Duration;

/// Stands above the lines.
const HEADING: &str = "\n━━ checks\n";

/// The lines of the summary.
#[derive(Debug, Default)]
pub(super) struct Summary(Vec<Line>);

#[derive(Debug)]
struct Line {
    kind: Kind,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passed,
    Failed,
    Skipped,
}

impl Kind {
    /// The first word of its lines.
    const fn word(self) -> &'static str {
        match self {
            Self::Passed => "ok     ",
            Self::Failed => "FAILED ",
            Self::Skipped => "skipped",
        }
    }
}

impl Summary {
    /// Adds a check that took so long.
    pub(super) fn add(&mut self, name: &str, outcome: Result<Done, Failed>, took: Duration) {
        let seconds = took.as_secs();
        let (kind, text) = match outcome {
            Ok(Done::Passed) => (Kind::Passed, format!("{name} ({seconds} s)")),
            Ok(Done::Skipped(why)) => (Kind::Skipped, format!("{name}: {why}")),
            Err(Failed(message)) => {
                eprintln!("{message}");
                (Kind::Failed, format!("{name} ({seconds} s): {message}"))
            }
        };
        self.0.push(Line { kind, text });
    }

    /// Adds the lines of another summary.
    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// What a process printed before its summary, and that summary, if it came so far.
    pub(super) fn split(printed: &str) -> (&str, Option<Self>) {
        let Some((before, lines)) = printed.split_once(HEADING) else {
            return (printed, None);
        };
        let mut read = Self::default();
        for line in lines.lines().take_while(|line| !line.is_empty()) {
            let kinds = [Kind::Passed, Kind::Failed, Kind::Skipped];
            let new = kinds.into_iter().find_map(|kind| Some((kind, line.strip_prefix(kind.word())?)));
            match (new, read.0.last_mut()) {
                (Some((kind, text)), _) => read.0.push(Line { kind, text: text.trim_start().to_owned() }),
                // A message of several lines.
                (None, Some(Line { text, .. })) => *text += &format!("\n{line}"),
                (None, None) => {}
            }
        }
        (before, Some(read))
    }

    /// Prints it; fails if a check failed.
    pub(super) fn finish(self) -> Result<(), Failed> {
        let count = |kind| self.0.iter().filter(|line| line.kind == kind).count();
        let lines: Vec<_> = self.0.iter().map(|Line { kind, text }| format!("{} {text}", kind.word())).collect();
        let [passed, failed, skipped] = [Kind::Passed, Kind::Failed, Kind::Skipped].map(count);
        println!("{HEADING}{}\n\n{passed} passed, {failed} failed, {skipped} skipped", lines.join("\n"));
        if failed == 0 { Ok(()) } else { Err(Failed("some checks failed".to_owned())) }
    }
}
