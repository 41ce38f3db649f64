//! The partner's backend: it knows the signed-in customer, and mints sessions with the partner key.

use crate::account::Account;
use crate::prices;
use e2e::Stack;
use functions::secret::{Secret, SessionKey};
use functions::session::token;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// State of the partner's backend.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    pub(crate) http: reqwest::Client,
    pub(crate) key: String,
    session_key: SessionKey,
    /// URL of the API that the widget calls.
    pub(crate) api: String,
    /// URL of the sandbox's control surface.
    pub(crate) control: String,
    /// The page's origins: sessions are valid only there.
    origins: Vec<String>,
    bundles: Vec<(String, String)>,
    /// The customer and plan of each token.
    visitors: Arc<Mutex<HashMap<String, Visitor>>>,
    /// The last digits of the card that pays each approval.
    pub(crate) cards: Arc<Mutex<HashMap<String, &'static str>>>,
}

/// A customer, and the index of the chosen plan; without one, the session cannot order.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// An e-mail address.
    pub(crate) customer: String,
    /// Index of the plan among the bundles.
    pub(crate) plan: Option<usize>,
    /// The brand whose prices hold.
    pub(crate) prices: Option<String>,
}

impl Partner {
    pub(crate) fn new(stack: &Stack, origins: &[String]) -> Result<Self, String> {
        let http = reqwest::Client::builder().build().map_err(|error| error.to_string())?;
        let key = Secret::new(&stack.values.session_key);
        Ok(Self {
            http,
            key: stack.values.partner_key.clone(),
            session_key: SessionKey { kid: stack.values.session_kid.clone(), key },
            api: stack.api.clone(),
            control: stack.sandbox.control_url(),
            origins: origins.to_vec(),
            bundles: stack.values.bundles.clone(),
            visitors: Arc::default(),
            cards: Arc::default(),
        })
    }

    /// A session with this plan for the signed-in customer, or for a new one; the page needs the token.
    pub(crate) async fn welcome(&self, account: &Account, plan: usize) -> Result<String, String> {
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos();
        let customer = account.customer.clone().unwrap_or_else(|| format!("customer-{now}@example.com"));
        self.mint(&Visitor { customer, plan: Some(plan), prices: account.prices.clone() }).await
    }

    /// A new session for the customer, with the plan and the prices of the previous session.
    pub(crate) async fn renew(&self, token: &str, customer: String) -> Result<String, String> {
        let before = self.visitor(token);
        let plan = before.as_ref().and_then(|visitor| visitor.plan).unwrap_or_default();
        let prices = before.and_then(|visitor| visitor.prices);
        self.mint(&Visitor { customer, plan: Some(plan), prices }).await
    }

    /// The customer of a browser: the signed-in one, or the visitor with its session.
    pub(crate) fn customer_of(&self, account: &Account) -> Option<String> {
        let visitor = || self.visitor(account.session.as_deref()?).map(|visitor| visitor.customer);
        account.customer.clone().or_else(visitor)
    }

    fn visitor(&self, token: &str) -> Option<Visitor> {
        self.visitors.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    /// The bundle with this index; by default the first one.
    fn bundle(&self, plan: usize) -> Option<&str> {
        self.bundles.get(plan).or_else(|| self.bundles.first()).map(|(_, id)| id.as_str())
    }

    /// Mints a session with the partner key, as any backend does.
    pub(crate) async fn mint(&self, visitor: &Visitor) -> Result<String, String> {
        let (customer, origins) = (&visitor.customer, &self.origins);
        let mut body = match visitor.plan {
            Some(plan) => json!({"customer": customer, "origins": origins, "plan": {"bundle_id": self.bundle(plan)}}),
            None => json!({"customer": customer, "origins": origins}),
        };
        if let (Some(fields), Some(brand)) = (body.as_object_mut(), &visitor.prices) {
            fields.extend(prices::of(brand).map(|pricing| ("pricing".to_owned(), pricing)));
            fields.insert("reference".to_owned(), json!(format!("{brand}-sale")));
            fields.insert("approval".to_owned(), json!(if prices::takes_cards(brand) { "token" } else { "none" }));
        }
        let minted = self
            .http
            .post(format!("{}/v1/sessions", self.api))
            .bearer_auth(&self.key)
            .json(&body)
            .send()
            .await
            .map_err(|error| error.to_string())?;
        let answer: Value = minted.json().await.map_err(|error| error.to_string())?;
        let token = answer.pointer("/data/token").and_then(Value::as_str).ok_or_else(|| answer.to_string())?;
        self.visitors.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned(), visitor.clone());
        Ok(token.to_owned())
    }

    /// Requests every notification since `since` again, for one endpoint.
    pub(crate) async fn request_again(&self, since: &str, endpoint: &str) -> Result<(), String> {
        let url = format!("{}/v1/notifications/redeliver", self.api);
        let mut since = since.to_owned();
        // One call works for some seconds: the next goes on where it stopped.
        loop {
            let body = json!({"since": since, "endpoint": endpoint});
            let answer = self.http.post(&url).bearer_auth(&self.key).json(&body).send().await;
            let answer = answer.map_err(|error| error.to_string())?;
            if !answer.status().is_success() {
                return Err(answer.text().await.unwrap_or_default());
            }
            let done: Value = answer.json().await.map_err(|error| error.to_string())?;
            let next = done.pointer("/data/since").and_then(Value::as_str).unwrap_or_default();
            if done.pointer("/data/complete") != Some(&json!(false)) || next == since {
                return Ok(());
            }
            next.clone_into(&mut since);
        }
    }

    /// An expired session of the same customer, as in a page that was left open.
    pub(crate) fn ended(&self, token: &str) -> Option<String> {
        let visitor = self.visitor(token)?;
        let bundle = self.bundle(visitor.plan.unwrap_or_default());
        let ended = OffsetDateTime::now_utc().unix_timestamp().saturating_sub(60);
        let claims = json!({
            "aud": e2e::SESSION_AUDIENCE, "sub": visitor.customer, "jti": "ses_ended", "exp": ended,
            "plan": {"bundle_id": bundle},
        });
        token::sign(claims.to_string().as_bytes(), &self.session_key)
    }

    /// Whether the session of `token` is still valid.
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
