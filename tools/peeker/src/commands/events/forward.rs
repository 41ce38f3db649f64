//! Forwards notifications to an address on this machine, signed as the notifier signs them.

use crate::failure::{Exit, Failure};
use crate::http;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use shared::endpoint::{SigningSecret, read_secrets};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};

/// Bytes of a new secret.
const SECRET_BYTES: usize = 32;
/// Fields of a row that are not in the body of a notification.
const OF_THE_LOG: [&str; 3] = ["id", "recorded_at", "attempts"];

/// A receiver of notifications.
pub(super) struct Receiver {
    http: reqwest::Client,
    url: String,
    /// Two while the secret is rotated.
    signers: Vec<Webhook>,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A new secret for a receiver, `whsec_…`.
pub(super) fn new_secret() -> Result<Secret, Failure> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::new(Exit::Refused, "no_randomness", "This machine has no randomness."))?;
    Ok(Secret::new(&format!("whsec_{}", STANDARD.encode(bytes))))
}

impl Receiver {
    /// `secret` is that of the endpoint, or the new and the old one during a rotation.
    pub(super) fn new(url: &str, secret: &Secret) -> Result<Self, Failure> {
        let (http, _) = http::client(url)?;
        let wrong =
            |problem: &str| Failure::usage("secret_invalid", format!("The signing secret is not valid: {problem}."));
        let secrets = read_secrets(secret.expose()).map_err(wrong)?;
        let signer = |secret: &SigningSecret| Webhook::new(secret.expose());
        let signers: Result<Vec<Webhook>, _> = secrets.iter().map(signer).collect();
        Ok(Self { http, url: url.to_owned(), signers: signers.map_err(|error| wrong(&error.to_string()))? })
    }

    /// Sends the notification in `row` at `now`, and says how it went.
    pub(super) async fn forward(&self, row: &Value, now: i64) -> String {
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
        let body = body_of(row);
        let signatures: Result<Vec<String>, _> =
            self.signers.iter().map(|signer| signer.sign(id, now, body.as_bytes())).collect();
        let Ok(signatures) = signatures else {
            return "not signed".to_owned();
        };
        let request = self
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header(HEADER_WEBHOOK_ID, id)
            .header(HEADER_WEBHOOK_TIMESTAMP, now.to_string())
            .header(HEADER_WEBHOOK_SIGNATURE, signatures.join(" "))
            .body(body);
        match request.send().await {
            Ok(answer) => answer.status().as_u16().to_string(),
            Err(error) if error.is_timeout() => "no answer in time".to_owned(),
            Err(_) => "no answer".to_owned(),
        }
    }
}

/// The body as endpoints receive it.
fn body_of(row: &Value) -> String {
    let fields = row.as_object().cloned().unwrap_or_default();
    let body: Map<String, Value> =
        fields.into_iter().filter(|(name, _)| !OF_THE_LOG.contains(&name.as_str())).collect();
    Value::Object(body).to_string()
}
