//! Signs events and delivers them, with up to five attempts.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use serde::Serialize;
use sha2::Sha256;

use crate::events::Attempt;
use crate::queue::Job;
use crate::sandbox::Sandbox;
use crate::state::State;

/// Pauses between the five attempts within 24 hours of docs/upstream.md#delivery; the pauses are the sandbox's choice.
const WAITS_MS: [i64; 4] = [60_000, 600_000, 7_200_000, 75_600_000];
/// Placeholder URL for deliveries to a callback without a configured URL.
const NOWHERE: &str = "http://receiver.invalid/";

/// A signed event, for tests that send it themselves.
#[derive(Clone, Debug, Serialize)]
pub struct SignedDelivery {
    /// The three `Peeker-…` headers and the content type.
    pub headers: Vec<(String, String)>,
    /// The exact bytes that were signed.
    pub body: String,
}

/// The value of `Peeker-Signature`: `v1=` and the lower-case hex HMAC-SHA256 of the template, filled
/// in, under the secret's UTF-8 bytes.
pub fn signature(template: &str, secret: &str, event_id: &str, timestamp: i64, body: &str) -> String {
    // The body is inserted last, so that its content is never taken for a placeholder.
    let head = template.replace("{event_id}", event_id).replace("{timestamp}", &timestamp.to_string());
    let signed = head.replace("{body}", body);
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // HMAC accepts keys of any length; there is no other error.
        return String::new();
    };
    mac.update(signed.as_bytes());
    format!("v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// Signs an event with the secret of its environment.
pub(crate) fn sign(state: &State, event_id: &str, timestamp: i64) -> Option<SignedDelivery> {
    let event = state.events.get(event_id)?;
    let settings = &state.settings;
    let secret = if event.environment == "live" { &settings.live_secret } else { &settings.test_secret };
    let value = signature(&settings.template, secret, &event.id, timestamp, &event.body);
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("peeker-event-id", event.id.clone()),
        ("peeker-timestamp", timestamp.to_string()),
        ("peeker-signature", value),
    ];
    Some(SignedDelivery {
        headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        body: event.body.clone(),
    })
}

impl Sandbox {
    /// Sends an event once and records the result; 0 means no response.
    pub(crate) async fn send(&self, event_id: &str) -> u16 {
        let Some((request, at)) = self.with(|state| self.prepare(state, event_id)) else { return 0 };
        let deliverer = self.deliverer();
        let status = deliverer(request).await.unwrap_or(0);
        self.with(|state| {
            if let Some(event) = state.events.get_mut(event_id) {
                event.attempts.push(Attempt { at, status });
                event.settled |= (200..300).contains(&status);
            }
            state.dirty = true;
        });
        status
    }

    /// Handles a due delivery: hold it, drop it without a receiver, or send it and schedule a retry.
    pub(crate) async fn deliver_due(&self, event_id: &str, attempt: u32) {
        let send = self.with(|state| {
            if state.hold {
                state.held.push((event_id.to_owned(), attempt));
                return false;
            }
            let Some(event) = state.events.get_mut(event_id) else { return false };
            if state.settings.webhook_url.is_none() && !self.has_callback() {
                event.settled = true;
            }
            !event.settled
        });
        if !send || (200..300).contains(&self.send(event_id).await) {
            return;
        }
        self.with(|state| {
            let index = usize::try_from(attempt).unwrap_or(usize::MAX).saturating_sub(1);
            match WAITS_MS.get(index) {
                Some(wait) => {
                    // Rounds to whole milliseconds; the factor is a few digits at most.
                    let wait = (*wait as f64 * state.settings.retry_factor) as i64;
                    let due = state.clock.now_ms().saturating_add(wait);
                    let job = Job::Deliver { event: event_id.to_owned(), attempt: attempt + 1 };
                    state.queue.push(due, job);
                }
                None => {
                    if let Some(event) = state.events.get_mut(event_id) {
                        event.settled = true;
                    }
                }
            }
        });
    }

    fn prepare(&self, state: &mut State, event_id: &str) -> Option<(Request<Bytes>, i64)> {
        let now = state.now();
        let url = match &state.settings.webhook_url {
            Some(url) => url.clone(),
            None if self.has_callback() => NOWHERE.to_owned(),
            None => return None,
        };
        let first = *state.events.get_mut(event_id)?.first_signed_at.get_or_insert(now);
        let timestamp = if state.settings.resign_retries { now } else { first };
        let signed = sign(state, event_id, timestamp)?;
        let mut request = Request::post(url);
        for (name, value) in &signed.headers {
            request = request.header(name, value);
        }
        Some((request.body(Bytes::from(signed.body)).ok()?, now))
    }
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// `printf '1767225600.{"id":"evt_VECTOR"}' | openssl dgst -sha256 -hmac whsec_vector`
    #[test]
    fn signature_matches_openssl() {
        let body = r#"{"id":"evt_VECTOR"}"#;
        let value = signature("{timestamp}.{body}", "whsec_vector", "evt_VECTOR", 1_767_225_600, body);
        assert_eq!(value, "v1=6933c343f3e24c3f095028fa628a59428c5625c1288ed31ef55a4a376bd62e36");
    }
}
