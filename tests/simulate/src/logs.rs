//! The functions' log: every line is searched for secrets, and printed on request.

use crate::tally::Tally;
use crate::time::Timeline;
use crate::values::Values;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt;

/// Personal data of the customers of all worlds: e-mail domains, names of personas, upstream ids.
const CUSTOMERS: [&str; 5] = ["@shop.example", "@acme.example", "Lovelace-", "lovelace-", "usr_"];
/// Target of the simulator's own lines.
const OURS: &str = r#""target":"simulate"#;
/// Maximum number of kept lines with secrets.
const KEPT: usize = 10;

/// Captures the log of one world.
#[derive(Debug, Clone)]
pub(crate) struct LogReader {
    tally: Tally,
    betraying: Arc<Mutex<Vec<String>>>,
    naming: Arc<Mutex<Vec<String>>>,
    show: Option<Arc<str>>,
}

impl LogReader {
    pub(crate) fn new(tally: Tally, show: Option<&str>) -> Self {
        Self { tally, betraying: Arc::default(), naming: Arc::default(), show: show.map(Into::into) }
    }

    /// Captures this thread's log while the guard lives, in the deployed format.
    pub(crate) fn listen(&self, timeline: Timeline) -> DefaultGuard {
        let json = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(self.show.is_some())
            .with_timer(VirtualTime(timeline))
            .with_writer(self.clone());
        // For a single world, network traffic is useful, too.
        let wires = if self.show.is_some() { LevelFilter::DEBUG } else { LevelFilter::INFO };
        let filter = Targets::new().with_default(LevelFilter::INFO).with_target("simulate", wires);
        tracing::subscriber::set_default(tracing_subscriber::registry().with(filter).with(json))
    }

    /// The lines that contained a secret.
    pub(crate) fn betraying(&self) -> Vec<String> {
        self.betraying.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The lines that name a customer.
    pub(crate) fn naming(&self) -> Vec<String> {
        self.naming.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The clock of the world.
struct VirtualTime(Timeline);

impl FormatTime for VirtualTime {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        let millis = self.0.millis();
        write!(w, "{}.{:03}", millis / 1_000, millis % 1_000)
    }
}

impl Write for LogReader {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.tally.count("log lines searched");
        let text = String::from_utf8_lossy(line);
        if Values::betrayed_by(&text) {
            keep(&self.betraying, &text);
        }
        if CUSTOMERS.iter().any(|word| text.contains(word)) && !text.contains(OURS) {
            keep(&self.naming, &text);
        }
        if self.show.as_ref().is_some_and(|wanted| text.contains(wanted.as_ref())) {
            io::stderr().write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn keep(lines: &Mutex<Vec<String>>, line: &str) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.len() < KEPT {
        lines.push(line.trim_end().to_owned());
    }
}

impl<'w> MakeWriter<'w> for LogReader {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}
