//! `peeker events listen`: prints notifications as they happen, and forwards them to this machine; it polls, so it needs no
//! open port, and goes on after an outage where it was.

use super::forward::{Receiver, new_secret};
use crate::commands::notifications::about;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::json::{shown, text};
use crate::output::{self, Report, Tone, plain};
use crate::pages;
use crate::secret::Secret;
use crate::times;
use clap::Args;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Shortest pause between two reads.
const MIN_PAUSE: Duration = Duration::from_millis(200);
/// Seconds by which two reads overlap: a list may show a notification a moment after a later one.
const OVERLAP: i64 = 30;
/// Most rows of one read.
const MOST: usize = 1_000;

/// Print notifications as they happen, and forward them to a receiver on this machine
///
/// It reads the list of notifications again and again, so it works against any deployment, and needs no open port. Each is
/// forwarded once, signed like the notifier's deliveries. Without --secret-file the secret is a new one, which is printed.
/// After an outage it goes on where it was. With --json each notification is one line.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  peeker events listen\n  peeker events listen --forward-to http://localhost:3000/hook\n  \
                  peeker events listen --since 2h --type order.completed --for 1s"
)]
pub(crate) struct Listen {
    /// The receiver, such as http://localhost:3000/hook
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// A file with the secret that the receiver verifies with, whsec_…
    #[arg(long, value_name = "FILE", requires = "forward_to")]
    secret_file: Option<PathBuf>,
    /// Begin with notifications since then: 2h, 2026-05-08T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only notifications of this type
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Polling interval
    #[arg(long, default_value = "1s", value_parser = times::duration)]
    every: Duration,
    /// End after this time [default: until it is interrupted]
    #[arg(long = "for", value_name = "TIME", value_parser = times::duration)]
    period: Option<Duration>,
}

pub(crate) async fn run(context: &Context, arguments: &Listen) -> Result<Report, Failure> {
    let api = context.api()?;
    let receiver = receiver(context, arguments)?;
    let mut listener = Listener { api, since: since(arguments)?, seen: HashSet::new(), kind: arguments.kind.clone() };
    let (started, mut count, mut outage) = (Instant::now(), 0_usize, Outage::default());
    loop {
        let is_last = arguments.period.is_some_and(|period| started.elapsed() >= period);
        let rows = match listener.new_rows().await {
            Ok(rows) => {
                outage.ends();
                rows
            }
            Err(failure) if is_last || !outage.is_passing(&failure) => return Err(failure),
            Err(failure) => {
                outage.goes_on(&failure);
                Vec::new()
            }
        };
        for row in rows {
            let outcome = match &receiver {
                Some(receiver) => Some(receiver.forward(&row, times::now()).await),
                None => None,
            };
            context.output.say(&line(context, &row, outcome.as_deref()));
            context.output.tell(&with_outcome(row, outcome));
            count = count.saturating_add(1);
        }
        if is_last {
            return Ok(Report::told(format!("{count} notifications")));
        }
        tokio::time::sleep(arguments.every.max(MIN_PAUSE)).await;
    }
}

/// Whether the stage answers.
#[derive(Debug, Default)]
struct Outage {
    was_read: bool,
    is_on: bool,
}

impl Outage {
    /// Whether to go on. A stage that has never answered is not the right one, and a key that is refused stays refused.
    fn is_passing(&self, failure: &Failure) -> bool {
        self.was_read && failure.exit == Exit::Temporary
    }

    fn goes_on(&mut self, failure: &Failure) {
        if !self.is_on {
            output::eprint(&format!("{} Trying again.\n", plain(&failure.message)));
        }
        self.is_on = true;
    }

    fn ends(&mut self) {
        if self.is_on {
            output::eprint("It answers again.\n");
        }
        (self.was_read, self.is_on) = (true, false);
    }
}

/// The row for a program, with what became of it.
fn with_outcome(mut row: Value, outcome: Option<String>) -> Value {
    if let Value::Object(fields) = &mut row {
        fields.insert("forwarded".to_owned(), json!(outcome));
    }
    row
}

fn since(arguments: &Listen) -> Result<i64, Failure> {
    let now = times::now();
    let Some(text) = &arguments.since else { return Ok(now) };
    times::instant(text, now).map_err(|message| Failure::usage("time_invalid", message))
}

fn receiver(context: &Context, arguments: &Listen) -> Result<Option<Receiver>, Failure> {
    let Some(url) = &arguments.forward_to else { return Ok(None) };
    let Some(file) = &arguments.secret_file else {
        let secret = new_secret()?;
        let receiver = Receiver::new(url, &secret)?;
        context.output.say(&format!("The receiver verifies with {}", secret.expose()));
        return Ok(Some(receiver));
    };
    let secret = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage("file_unreadable", format!("{} cannot be read: {error}", file.display())))?;
    Receiver::new(url, &Secret::new(&secret)).map(Some)
}

/// One line about a notification.
fn line(context: &Context, row: &Value, outcome: Option<&str>) -> String {
    let about = plain(about(row));
    let outcome = outcome.map(|outcome| {
        let tone = if outcome.starts_with('2') { Tone::Good } else { Tone::Bad };
        format!("  → {}", context.output.paint(tone, &plain(outcome)))
    });
    let test = if row["test"] == true { "  test" } else { "" };
    let [at, kind, id] = ["/timestamp", "/type", "/id"].map(|pointer| shown(row, pointer));
    format!("{at}  {kind}  {about}  {id}{test}{}", outcome.unwrap_or_default())
}

/// What was seen of the list so far.
struct Listener {
    api: Target,
    since: i64,
    seen: HashSet<String>,
    kind: Option<String>,
}

impl Listener {
    /// The notifications that were recorded since the last read.
    async fn new_rows(&mut self) -> Result<Vec<Value>, Failure> {
        let since = times::iso(self.since);
        let mut query = vec![("since", since.as_str())];
        query.extend(self.kind.as_deref().map(|kind| ("type", kind)));
        let page = pages::up_to(&self.api, "/notifications", &query, MOST, None).await?;
        let newest = page.rows.last().and_then(|row| times::from_iso(text(row, "/recorded_at")?));
        let ids: HashSet<String> = page.rows.iter().filter_map(|row| text(row, "/id").map(str::to_owned)).collect();
        let is_new = |row: &Value| text(row, "/id").is_some_and(|id| !self.seen.contains(id));
        let rows: Vec<Value> = page.rows.into_iter().filter(is_new).collect();
        if let Some(newest) = newest {
            self.since = self.since.max(newest.saturating_sub(OVERLAP));
        }
        // Those before the overlap are not read again.
        self.seen = ids;
        Ok(rows)
    }
}
