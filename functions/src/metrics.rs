//! Counts and timings: one function per metric. Each is an event that `telemetry.rs` writes for CloudWatch.
//!
//! A log event with the field `alarm` is counted automatically, under [`ALARMS`] and the alarm's name.

/// Events of this target are metrics, and no lines of the log.
pub const TARGET: &str = "metric";
/// The metric names of events with the field `alarm`.
pub const ALARMS: &str = "Alarms";
/// Maximum characters of an external value that becomes a dimension: each new value is a metric that costs money.
const MAX_WORD: usize = 40;

/// Duration of upstream's part of an availability check.
pub fn availability_latency(milliseconds: u64) {
    write("AvailabilityLatency", milliseconds, "Milliseconds", None);
}

/// The outcome of placing an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderOutcome {
    /// Upstream accepted the order.
    Placed,
    /// Nothing was ordered, and the customer may try again.
    Refused,
    /// It is not known yet whether upstream has it.
    Unknown,
    /// It was unknown, and turned out never to have been placed.
    Lost,
}

/// Counts orders by outcome.
pub fn order(outcome: OrderOutcome) {
    let word = match outcome {
        OrderOutcome::Placed => "placed",
        OrderOutcome::Refused => "refused",
        OrderOutcome::Unknown => "unknown",
        OrderOutcome::Lost => "lost",
    };
    write("Orders", 1, "Count", Some(("Outcome", word)));
}

/// Verified events by what became of them: `new`, `stale` or `duplicate`.
pub fn event(outcome: &'static str) {
    write("Events", 1, "Count", Some(("Outcome", outcome)));
}

/// Deliveries of the other environment by what its stage made of them: `taken`, `refused` or `unreachable`.
pub fn forwarded(outcome: &'static str) {
    write("ForwardedEvents", 1, "Count", Some(("Outcome", outcome)));
}

/// Stored events of unknown types: upstream has more types than are known here.
pub fn unknown_event() {
    write("UnknownEvents", 1, "Count", None);
}

/// From the event's time until it was stored.
pub fn webhook_lag(seconds: u64) {
    write("WebhookLag", seconds, "Seconds", None);
}

/// An order's status was not upstream's.
pub fn drift() {
    write("Drift", 1, "Count", None);
}

/// Counts finished runs of the reconciler: an alarm is raised if they stop.
pub fn reconciler_run() {
    write("ReconcilerRuns", 1, "Count", None);
}

/// The age of a placement that was checked and is still unknown.
pub fn unknown_placement_age(seconds: u64) {
    write("UnknownPlacementAge", seconds, "Seconds", None);
}

/// Calls upstream that failed, by code.
pub fn upstream_error(code: &str) {
    let tame = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let word: String = code.chars().take(MAX_WORD).map(tame).collect();
    write("UpstreamErrors", 1, "Count", Some(("Code", &word)));
}

/// A secret that is being rotated out was still needed: when that stops, it can go.
pub fn previous_secret_used(secret: &'static str) {
    write("PreviousSecretUsed", 1, "Count", Some(("Secret", secret)));
}

/// Seconds from a fact until an endpoint took the notification of it.
pub fn notification_lag(seconds: u64) {
    write("NotificationLag", seconds, "Seconds", None);
}

/// Attempts that failed, by endpoint: the document has 20 at most.
pub fn notification_failure(endpoint: &str) {
    write("NotificationFailures", 1, "Count", Some(("Endpoint", endpoint)));
}

/// Deliveries that are due and wait, of all endpoints.
pub fn notification_backlog(deliveries: u64) {
    write("NotificationBacklog", deliveries, "Count", None);
}

/// Counts finished runs of the notifier's schedule: an alarm is raised if they stop.
pub fn notifier_run() {
    write("NotifierRuns", 1, "Count", None);
}

fn write(name: &'static str, value: u64, unit: &'static str, dimension: Option<(&'static str, &str)>) {
    let (by, word) = dimension.unzip();
    tracing::info!(target: TARGET, name, value, unit, by, word);
}
