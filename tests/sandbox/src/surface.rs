//! Control methods for tests in the same process. The HTTP control surface has the same.

use serde_json::Value;

use crate::delivery::{self, SignedDelivery};
use crate::events::EventRecord;
use crate::fault::Fault;
use crate::jobs;
use crate::lifecycle;
use crate::outcome::DomainOutcome;
use crate::queue::Job;
use crate::received::Received;
use crate::sandbox::Sandbox;
use crate::world::{Bundle, BundleStatus, Environment};

const BOTH: [Environment; 2] = [Environment::Test, Environment::Live];

impl Sandbox {
    /// Sets the partner's webhook URL; without one, events are recorded and not sent.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.with(|state| state.settings.webhook_url = url);
    }

    /// Replaces the secret of the test environment, starting with the next signature.
    pub fn set_webhook_secret(&self, secret: String) {
        self.with(|state| state.settings.test_secret = secret);
    }

    /// Scripts a fault for the next matching requests.
    pub fn fail_next(&self, fault: Fault) {
        self.with(|state| state.faults.push(fault));
    }

    /// Clears the scripted faults.
    pub fn clear_faults(&self) {
        self.with(|state| state.faults.clear());
    }

    /// Stops the clock.
    pub fn pause(&self) {
        self.with(|state| state.clock.pause());
    }

    /// Resumes the clock.
    pub fn resume(&self) {
        self.with(|state| state.clock.resume());
        self.wake();
    }

    /// Virtual seconds per real second while the clock runs.
    pub fn set_speed(&self, speed: f64) {
        self.with(|state| state.clock.set_speed(speed));
        self.wake();
    }

    /// Virtual time, Unix seconds.
    pub fn now(&self) -> i64 {
        self.with(|state| state.now())
    }

    /// The recorded requests, oldest first, without their secrets.
    pub fn received(&self) -> Vec<Received> {
        self.with(|state| state.received.list())
    }

    /// Clears the recorded requests.
    pub fn forget_received(&self) {
        self.with(|state| state.received.clear());
    }

    /// Every order in full, oldest first, test orders before live ones.
    pub fn orders(&self) -> Vec<Value> {
        self.with(|state| {
            let orders = BOTH.map(|env| state.worlds.of(env).orders.iter());
            orders.into_iter().flatten().map(|(_, order)| order.full(state.settings.readings.inboxes)).collect()
        })
    }

    /// Number of orders of a customer, by user id or email.
    pub fn orders_of(&self, customer: &str) -> usize {
        self.with(|state| BOTH.iter().map(|env| state.worlds.of(*env).orders_of(customer).count()).sum())
    }

    /// Every event, oldest first, with its delivery attempts.
    pub fn events(&self) -> Vec<EventRecord> {
        self.with(|state| state.events.iter().cloned().collect())
    }

    /// Holds webhooks instead of sending them; `false` makes the held ones due now.
    pub fn hold_webhooks(&self, hold: bool) {
        self.with(|state| {
            state.hold = hold;
            state.dirty = true;
            if !hold {
                let now = state.clock.now_ms();
                for (event, attempt) in std::mem::take(&mut state.held) {
                    state.queue.push(now, Job::Deliver { event, attempt });
                }
            }
        });
        self.wake();
    }

    /// Delivers events now, in this order, sent before or not. Returns the statuses, 0 without a response or for an
    /// unknown event.
    pub async fn deliver(&self, event_ids: &[String]) -> Vec<u16> {
        let mut statuses = Vec::with_capacity(event_ids.len());
        for event_id in event_ids {
            statuses.push(self.send(event_id).await);
        }
        statuses
    }

    /// An event signed now, for tests that send it themselves.
    pub fn signed(&self, event_id: &str) -> Option<SignedDelivery> {
        self.with(|state| delivery::sign(state, event_id, state.now()))
    }

    /// Sets the result of a domain, in both environments.
    pub fn set_domain(&self, domain: &str, outcome: DomainOutcome) {
        let domain = domain.to_ascii_lowercase();
        self.with(|state| {
            for env in BOTH {
                state.worlds.of_mut(env).refreshed.remove(&domain);
            }
            state.outcomes.insert(domain, outcome);
            state.dirty = true;
        });
    }

    /// Offers an ordered name for sale again, in both environments, as if upstream had lost its record.
    pub fn sell_again(&self, domain: &str) {
        let domain = domain.to_ascii_lowercase();
        self.with(|state| BOTH.into_iter().for_each(|env| state.worlds.of_mut(env).sell_again(&domain)));
    }

    /// Resolves the pending actions of an order, so that its setup continues; returns whether there were any.
    pub fn resolve_actions(&self, order_id: &str) -> bool {
        let waited = self.with(|state| BOTH.into_iter().any(|env| lifecycle::resolve(state, env, order_id)));
        self.wake();
        waited
    }

    /// Sets the nameservers of an import; returns whether the import was open.
    pub fn switch_nameservers(&self, import_id: &str) -> bool {
        let open = self.with(|state| BOTH.into_iter().any(|env| jobs::switch_import(state, env, import_id)));
        self.wake();
        open
    }

    /// Creates a bundle in the test environment with the recommended split, and returns its id.
    pub fn create_bundle(&self, name: &str, monthly_sending_volume: u64) -> String {
        self.with(|state| {
            let id = state.ids.mint("bun");
            let created_at = state.now();
            state.worlds.test.bundles.insert(Bundle {
                id: id.clone(),
                name: name.to_owned(),
                monthly_sending_volume,
                google_percent: None,
                send_on_weekends: false,
                google_inboxes_per_domain: 2,
                status: BundleStatus::Active,
                used: false,
                created_at,
            });
            state.dirty = true;
            id
        })
    }

    /// Clears every record, event, request and scripted fault. Keys, clock and webhook settings stay.
    pub fn reset(&self) {
        self.with(|state| state.reset());
        self.wake();
    }
}
