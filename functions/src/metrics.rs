//! What is counted and timed: one function per metric. Each is an event that `telemetry.rs` writes for CloudWatch.
//!
//! An event with the field `alarm` is counted by itself, under [`ALARMS`] and the alarm's name.

/// Events of this target are metrics, and no lines of the log.
pub const TARGET: &str = "metric";
/// What events with the field `alarm` are counted under, by name.
pub const ALARMS: &str = "Alarms";
/// Characters of a word from outside that becomes a dimension: each new one is a metric that is paid for.
const MAX_WORD: usize = 40;

/// How long upstream's part of an availability check took.
pub fn availability_latency(milliseconds: u64) {
    write("AvailabilityLatency", milliseconds, "Milliseconds", None);
}

/// What became of an order that was to be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderOutcome {
    /// Upstream has it.
    Placed,
    /// Nothing was ordered, and the customer may try again.
    Refused,
    /// It is not known yet whether upstream has it.
    Unknown,
    /// It was unknown, and turned out never to have been placed.
    Lost,
}

/// Orders by outcome.
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

/// Events that were kept and not understood: upstream has more types than are known here.
pub fn unknown_event() {
    write("UnknownEvents", 1, "Count", None);
}

/// From when upstream says that it happened until it was stored.
pub fn webhook_lag(seconds: u64) {
    write("WebhookLag", seconds, "Seconds", None);
}

/// An order's status was not upstream's.
pub fn drift() {
    write("Drift", 1, "Count", None);
}

/// A run of the reconciler that came to its end: an alarm is raised when they stop.
pub fn reconciler_run() {
    write("ReconcilerRuns", 1, "Count", None);
}

/// How long a placement that was looked at, and is still unknown, has been open.
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

fn write(name: &'static str, value: u64, unit: &'static str, dimension: Option<(&'static str, &str)>) {
    let (by, word) = dimension.unzip();
    tracing::info!(target: TARGET, name, value, unit, by, word);
}
