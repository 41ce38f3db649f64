//! Logs and metrics: one JSON object a line, on standard output by default, which is where Lambda takes
//! them from. Metrics are in CloudWatch's embedded format, so that nothing has to be called to send them.

use crate::clock::Clock;
use crate::environment::{Lookup, from_environment};
use crate::metrics::{ALARMS, TARGET};
use serde_json::{Map, Value, json};
use std::fmt::Debug;
use std::io::Write;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Where logs are written and metrics are counted.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The log filter; `None` logs `info` and above.
    pub level: Option<Targets>,
    /// The metrics' namespace in CloudWatch; without one none are written.
    pub namespace: Option<String>,
}

impl Options {
    /// `LOG_LEVEL` and `METRICS_NAMESPACE`.
    pub fn read(lookup: Lookup<'_>) -> Self {
        let level = lookup("LOG_LEVEL").and_then(|level| level.parse().ok());
        Self { level, namespace: lookup("METRICS_NAMESPACE") }
    }
}

/// Starts logging to standard output.
pub fn start() {
    start_with(std::io::stdout, Options::read(&from_environment));
}

/// Starts logging to `writer` at `info`, or at what `LOG_LEVEL` says, and writes metrics if they have a `namespace`.
/// A second start changes nothing.
pub fn start_to(writer: impl for<'w> MakeWriter<'w> + Clone + Send + Sync + 'static, namespace: Option<String>) {
    start_with(writer, Options { namespace, ..Options::read(&from_environment) });
}

fn start_with(writer: impl for<'w> MakeWriter<'w> + Clone + Send + Sync + 'static, options: Options) {
    let Options { level, namespace } = options;
    let level = level.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    // Metrics are counted whatever the log filter is.
    let filter = level.with_target(TARGET, LevelFilter::INFO);
    let json = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer.clone())
        .with_filter(filter_fn(|event| event.target() != TARGET));
    let metrics = namespace.map(|namespace| Metrics { namespace, writer, clock: Clock::system() });
    // An error means that a logger is there already, which is just as well.
    let _ = tracing_subscriber::registry().with(filter).with(json).with(metrics).try_init();
}

/// Writes metrics, and counts alarms.
struct Metrics<W> {
    namespace: String,
    writer: W,
    clock: Clock,
}

impl<S: Subscriber, W: for<'w> MakeWriter<'w> + 'static> Layer<S> for Metrics<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        if event.metadata().target() == TARGET {
            event.record(&mut fields);
        } else if event.metadata().fields().field("alarm").is_some() {
            let mut alarm = Fields::default();
            event.record(&mut alarm);
            let name = alarm.0.remove("alarm").unwrap_or_default();
            for (field, value) in [("name", ALARMS.into()), ("unit", "Count".into()), ("value", 1.into())] {
                fields.0.insert(field.to_owned(), value);
            }
            fields.0.insert("by".to_owned(), "Alarm".into());
            fields.0.insert("word".to_owned(), name);
        }
        if let Some(line) = embedded(&self.namespace, fields.0, self.clock.now()) {
            // A metric that cannot be written must not fail a customer's request.
            let _ = writeln!(self.writer.make_writer(), "{line}");
        }
    }
}

/// One line of the embedded metric format.
fn embedded(namespace: &str, mut fields: Map<String, Value>, now: i64) -> Option<Value> {
    let (name, value, unit) = (fields.remove("name")?, fields.remove("value")?, fields.remove("unit")?);
    let dimension = fields.remove("by").zip(fields.remove("word"));
    let dimensions: Vec<&Value> = dimension.iter().map(|(by, _)| by).collect();
    let mut line = json!({
        "_aws": {
            "Timestamp": now.saturating_mul(1_000),
            "CloudWatchMetrics": [{
                "Namespace": namespace,
                "Dimensions": [dimensions],
                "Metrics": [{"Name": name, "Unit": unit}],
            }],
        },
    });
    let object = line.as_object_mut()?;
    object.insert(name.as_str()?.to_owned(), value);
    if let Some((by, word)) = dimension {
        object.insert(by.as_str()?.to_owned(), word);
    }
    Some(line)
}

/// The fields of an event as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }
}
