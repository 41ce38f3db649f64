//! The sandbox on the world's time: advanced before every request, and periodically in between.

use crate::dice::Dice;
use crate::features::Features;
use crate::time::{START, Timeline};
use crate::values::Values;
use bytes::Bytes;
use http::{Request, Response};
use sandbox::{ClockMode, Preset, Readings, Sandbox, SandboxConfig, SandboxError};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The emulator of upstream.
#[derive(Debug, Clone)]
pub(crate) struct Peeker {
    sandbox: Sandbox,
    timeline: Timeline,
    reached: Arc<AtomicU64>,
}

impl Peeker {
    pub(crate) fn start(
        seed: u64,
        timeline: Timeline,
        values: &Values,
        features: &Features,
        (provisioning, rate_limit_per_minute): (Duration, u32),
    ) -> Result<Self, SandboxError> {
        let [first, second] = values.peeker_keys();
        let sandbox = Sandbox::without_socket(&SandboxConfig {
            test_key: first.to_owned(),
            extra_keys: vec![(second.to_owned(), Preset::Full)],
            webhook_secret: values.webhook_secret().to_owned(),
            live_key: features.other_environment.then(|| values.other_key().to_owned()),
            live_webhook_secret: values.other_secret().to_owned(),
            import_switch: None,
            import_reading: features.import_reading,
            minimal_receipts: features.minimal_receipts,
            readings: Readings {
                answers_age: features.answers_age,
                inventory_available: features.called_available,
                ..Readings::default()
            },
            clock: ClockMode::Paused { start: START },
            seed: Some(seed),
            provisioning,
            rate_limit_per_minute,
            received_limit: 0,
            ..SandboxConfig::default()
        })?;
        Ok(Self { sandbox, timeline, reached: Arc::default() })
    }

    /// Passes every webhook to `take`, which delivers or drops it.
    pub(crate) fn deliver_through(&self, take: impl Fn(Request<Bytes>) + Send + Sync + 'static) {
        self.sandbox.set_deliverer(Arc::new(move |request: Request<Bytes>| {
            take(request);
            // The courier retries on its own, so the sandbox never waits for a receiver.
            Box::pin(std::future::ready(Some(204)))
        }));
    }

    /// Milliseconds since the start of the world.
    pub(crate) fn now(&self) -> u64 {
        self.timeline.millis()
    }

    /// Sets the nameservers of an import; returns whether it waited for them.
    pub(crate) async fn set_nameservers(&self, import: &str) -> bool {
        self.catch_up().await;
        let waited = self.sandbox.switch_nameservers(import);
        self.sandbox.advance(Duration::ZERO).await;
        waited
    }

    /// Runs everything that is due upstream.
    pub(crate) async fn catch_up(&self) {
        let now = self.timeline.millis();
        let behind = now.saturating_sub(self.reached.fetch_max(now, Ordering::Relaxed));
        self.sandbox.advance(Duration::from_millis(behind)).await;
    }

    /// Executes a request now.
    pub(crate) async fn answer(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        self.catch_up().await;
        let answer = self.sandbox.handle(request).await;
        // Emits the events of the request.
        self.sandbox.advance(Duration::ZERO).await;
        answer
    }

    /// Advances upstream periodically.
    pub(crate) async fn tick(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            self.catch_up().await;
        }
    }

    /// Resolves the pending actions of each waiting order with a probability of `per_mille`.
    pub(crate) async fn resolve_actions(&self, dice: &Dice, per_mille: u64) {
        self.catch_up().await;
        for order in self.sandbox.orders() {
            let text = |name: &str| order.get(name).and_then(Value::as_str).unwrap_or_default();
            if text("status") == "action_required" && dice.chance(per_mille) {
                self.sandbox.resolve_actions(text("id"));
            }
        }
    }

    /// The sandbox itself, for setup and inspection.
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }
}
