//! The partner's backend: it knows who is signed in, and mints that customer's session with the partner key.

use crate::account::Account;
use e2e::Stack;
use functions::secret::{Secret, SessionKey};
use functions::session::token;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What the partner's backend knows.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    pub(crate) http: reqwest::Client,
    key: String,
    session_key: SessionKey,
    /// Where the widget calls.
    pub(crate) api: String,
    /// Where the sandbox is told what to do.
    pub(crate) control: String,
    /// The page's own origins: the session is good on them alone.
    origins: Vec<String>,
    bundles: Vec<(String, String)>,
    /// Who got which token.
    visitors: Arc<Mutex<HashMap<String, Visitor>>>,
}

/// A customer, and the number of the plan that was bought; without one the session may look and not order.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// An e-mail address.
    pub(crate) customer: String,
    /// The place of the plan among the bundles.
    pub(crate) plan: Option<usize>,
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
        })
    }

    /// A session under the plan of that number for who is signed in, or for a new customer; the page needs the token.
    pub(crate) async fn welcome(&self, customer: Option<&str>, plan: usize) -> Result<String, String> {
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos();
        let customer = customer.map_or_else(|| format!("customer-{now}@example.com"), str::to_owned);
        self.mint(&Visitor { customer, plan: Some(plan) }).await
    }

    /// A new session for the customer, under the plan of the session before.
    pub(crate) async fn renew(&self, token: &str, customer: String) -> Result<String, String> {
        let plan = self.visitor(token).and_then(|visitor| visitor.plan).unwrap_or_default();
        self.mint(&Visitor { customer, plan: Some(plan) }).await
    }

    /// Who a browser belongs to: who is signed in, or the visitor who got its session.
    pub(crate) fn customer_of(&self, account: &Account) -> Option<String> {
        let visitor = || self.visitor(account.session.as_deref()?).map(|visitor| visitor.customer);
        account.customer.clone().or_else(visitor)
    }

    fn visitor(&self, token: &str) -> Option<Visitor> {
        self.visitors.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    /// The plan of that number, the first where there is none.
    fn bundle(&self, plan: usize) -> Option<&str> {
        self.bundles.get(plan).or_else(|| self.bundles.first()).map(|(_, id)| id.as_str())
    }

    /// Mints a session with the partner key, as any backend does.
    pub(crate) async fn mint(&self, visitor: &Visitor) -> Result<String, String> {
        let (customer, origins) = (&visitor.customer, &self.origins);
        let body = match visitor.plan {
            Some(plan) => json!({"customer": customer, "origins": origins, "plan": {"bundle_id": self.bundle(plan)}}),
            None => json!({"customer": customer, "origins": origins}),
        };
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

    /// A session of the same customer that is over: what a page holds when somebody comes back after lunch.
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
