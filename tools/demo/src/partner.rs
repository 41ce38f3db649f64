//! The partner's backend: it knows who is signed in, and mints that customer's session with the partner key.

use e2e::Stack;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What the partner's backend knows.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    http: reqwest::Client,
    key: String,
    /// Where the widget calls.
    pub(crate) api: String,
    /// The page's own origins: the session is good on them alone.
    origins: Vec<String>,
    bundles: Vec<(String, String)>,
}

impl Partner {
    pub(crate) fn new(stack: &Stack, origins: &[String]) -> Result<Self, String> {
        let http = reqwest::Client::builder().build().map_err(|error| error.to_string())?;
        Ok(Self {
            http,
            key: stack.values.partner_key.clone(),
            api: stack.api.clone(),
            origins: origins.to_vec(),
            bundles: stack.values.bundles.clone(),
        })
    }

    /// A session for a new customer under the plan of that number; the token is what the page needs.
    pub(crate) async fn mint(&self, plan: usize) -> Result<String, String> {
        let bundle = self.bundles.get(plan).or_else(|| self.bundles.first()).map(|(_, id)| id.as_str());
        let now = OffsetDateTime::now_utc();
        let minted = self
            .http
            .post(format!("{}/v1/sessions", self.api))
            .bearer_auth(&self.key)
            .json(&json!({
                "customer": format!("customer-{}@example.com", now.unix_timestamp_nanos()),
                "plan": {"bundle_id": bundle},
                "origins": self.origins,
            }))
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let answer: Value = minted.json().await.map_err(|error| error.to_string())?;
        match answer.pointer("/data/token").and_then(Value::as_str) {
            Some(token) => Ok(token.to_owned()),
            None => Err(answer.to_string()),
        }
    }

    /// Whether the session behind `token` can still be used.
    pub(crate) async fn is_good(&self, token: &str) -> bool {
        let shown = self.http.get(format!("{}/v1/session", self.api)).bearer_auth(token).send().await;
        let Ok(shown) = shown else {
            return false;
        };
        let answer: Option<Value> = shown.json().await.ok();
        let ends = answer.as_ref().and_then(|answer| answer.pointer("/data/expires_at")).and_then(Value::as_str);
        ends.and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok()).is_some_and(|at| at > OffsetDateTime::now_utc())
    }
}
