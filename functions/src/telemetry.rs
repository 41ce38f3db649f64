//! Logs: one JSON object a line, on standard output unless told otherwise, which is where Lambda takes them from.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging to standard output.
pub fn start() {
    start_to(std::io::stdout);
}

/// Starts logging to `writer` at `info`, or at what `LOG_LEVEL` says. A second start changes nothing.
pub fn start_to(writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) {
    let filter = crate::config::from_environment("LOG_LEVEL").unwrap_or_else(|| "info".to_owned());
    let json = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer);
    // An error means that a logger is there already, which is just as well.
    let _ = tracing_subscriber::registry().with(EnvFilter::new(filter)).with(json).try_init();
}
