//! A sandbox with an HTTP client.

use std::time::Duration;

use reqwest::Method;
use sandbox::{Sandbox, SandboxConfig};
use serde_json::{Value, json};

pub(crate) const KEY: &str = "pk_test_sandbox";

/// A running sandbox and a client with a key.
pub(crate) struct Harness {
    pub(crate) sandbox: Sandbox,
    client: reqwest::Client,
    authorization: Option<String>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn data(&self) -> &Value {
        assert!((200..300).contains(&self.status), "refused: {self:?}");
        &self.body["data"]
    }

    /// Status, code and field of an error.
    pub(crate) fn refusal(&self) -> (u16, &str, &str) {
        let error = &self.body["error"];
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        (self.status, error["code"].as_str().unwrap(), error["field"].as_str().unwrap_or_default())
    }
}

impl Harness {
    pub(crate) async fn start() -> Self {
        Self::with(SandboxConfig::for_tests()).await
    }

    pub(crate) async fn with(config: SandboxConfig) -> Self {
        let sandbox = Sandbox::start(config).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox, client, authorization: Some(format!("Bearer {KEY}")) }
    }

    /// The same sandbox with another `Authorization` header.
    pub(crate) fn authorized(&self, authorization: Option<&str>) -> Self {
        Self {
            sandbox: self.sandbox.clone(),
            client: self.client.clone(),
            authorization: authorization.map(str::to_owned),
        }
    }

    /// Sends a request to any URL; fails if there is no response.
    pub(crate) async fn send_to(
        &self,
        method: Method,
        url: &str,
        body: Option<String>,
    ) -> Result<Answer, reqwest::Error> {
        let mut request = self.client.request(method, url);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        if !url.contains("/_sandbox") {
            let id = response.headers()["peeker-request-id"].to_str().unwrap();
            assert!(id.starts_with("req_") && id.len() == 30, "{id}");
        }
        let bytes = response.bytes().await?;
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, body })
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = format!("{}{path}", self.sandbox.base_url());
        self.send_to(method, &url, body.map(|body| body.to_string())).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn post_nothing(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// The control surface.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> Answer {
        let url = format!("{}{path}", self.sandbox.control_url());
        self.send_to(method, &url, Some(body.to_string())).await.unwrap()
    }

    /// Places a valid order and returns its id.
    pub(crate) async fn place(&self, body: Value) -> String {
        let answer = self.post("/orders", body).await;
        answer.data()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.sandbox.advance(Duration::from_secs(seconds)).await;
    }

    /// The types of the events so far, oldest first.
    pub(crate) fn event_types(&self) -> Vec<String> {
        self.sandbox.events().into_iter().map(|event| event.kind).collect()
    }
}

/// A custom order for these domains: `google` of them for Google, the rest for Microsoft.
pub(crate) fn order(domains: &[&str], google: usize) -> Value {
    json!({
        "user": "client@example.com",
        "google_licenses": google * 2,
        "microsoft_licenses": domains.len() - google,
        "google_inboxes_per_domain": 2,
        "sequencer": {
            "provider": "smartlead",
            "client_id": 366_903,
            "login_email": "ops@acme.com",
            "login_password": "correct horse battery staple",
        },
        "forwarding_url": "https://acme.com",
        "domains": domains,
        "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": ""}],
    })
}

/// The body with one field replaced, or removed with null.
pub(crate) fn but(mut body: Value, field: &str, value: Value) -> Value {
    let fields = body.as_object_mut().unwrap();
    if value.is_null() {
        fields.remove(field);
    } else {
        fields.insert(field.to_owned(), value);
    }
    body
}
