//! Asks the partner's backend for its approval of an order: once, signed, and whatever is no clear yes is a no.

use crate::clock::Clock;
use crate::http::address::{has_usable_port, is_loopback};
use crate::http::json;
use crate::model::approval::{Approval, shown};
use crate::secret::Secret;
use crate::secret_store::SecretStore;
use crate::session::Session;
use crate::session::approval::whole_cents;
use crate::standard_webhooks;
use crate::upstream::transport::Transport;
use axum::http::uri::Scheme;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use shared::forwarding_url::check_public_url;
use shared::ids::{ApprovalId, QuoteId, SessionId};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for an answer: the customer waits, too.
const PATIENCE: Duration = Duration::from_secs(4);

/// Where the partner's backend is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalUrl(Uri);

impl ApprovalUrl {
    /// Reads the address: https on a public host, or a server on this machine. `None` for any other.
    pub fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let is_web = uri.scheme() == Some(&Scheme::HTTPS) || uri.scheme() == Some(&Scheme::HTTP);
        let is_near = is_web && uri.host().is_some_and(is_loopback) && !url.contains('@') && has_usable_port(&uri);
        let is_public = uri.scheme() == Some(&Scheme::HTTPS) && check_public_url(url).is_ok();
        (is_public || is_near).then_some(Self(uri))
    }
}

/// Asks the partner's backend.
#[derive(Debug, Clone)]
pub struct Approver {
    /// Carries the question, and follows no redirects.
    pub transport: Arc<dyn Transport>,
    /// Where.
    pub url: ApprovalUrl,
    /// Holds the secret that signs it.
    pub secret_store: SecretStore,
    /// Dates it.
    pub clock: Clock,
}

/// The partner's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// The order may be placed.
    Yes,
    /// It may not, for this reason, if one was given.
    No(Option<String>),
}

/// The body of the question.
#[derive(Serialize)]
struct Question<'q> {
    r#type: &'static str,
    data: Asked<'q>,
}

#[derive(Serialize)]
struct Asked<'q> {
    id: &'q ApprovalId,
    session: &'q SessionId,
    customer: &'q str,
    quote: &'q QuoteId,
    domains: Vec<&'q str>,
    amount_cents: Option<u64>,
    currency: Option<&'q str>,
    reference: Option<&'q str>,
    metadata: &'q BTreeMap<String, String>,
}

impl Approver {
    /// Asks once whether `session` may order `domains` under `approval`.
    pub(super) async fn ask(&self, session: &Session, approval: &Approval, domains: Vec<&str>) -> Word {
        let Some(request) = self.question(session, approval, domains) else {
            tracing::error!(
                alarm = "approval_unanswered",
                "the question cannot be written, or there is no APPROVAL_SECRET"
            );
            return Word::No(None);
        };
        match self.transport.send(request, PATIENCE).await {
            Ok(answer) => {
                let word = word_of(answer.status(), answer.body(), approval);
                let is_yes = word == Word::Yes;
                tracing::info!(approval.id = %approval.id, http.status = answer.status().as_u16(), is_yes, "asked");
                word
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(
                    alarm = "approval_unanswered",
                    approval.id = %approval.id,
                    error.cause = cause,
                    why = %error,
                    "the partner's backend did not answer"
                );
                Word::No(None)
            }
        }
    }

    fn question(&self, session: &Session, approval: &Approval, domains: Vec<&str>) -> Option<Request<Bytes>> {
        let amount = approval.amount.as_ref();
        let question = Question {
            r#type: "approval.requested",
            data: Asked {
                id: &approval.id,
                session: &session.id,
                customer: &session.user,
                quote: &approval.quote,
                domains,
                amount_cents: amount.map(|amount| amount.cents),
                currency: amount.map(|amount| amount.currency.as_str()),
                reference: session.labels.reference.as_deref(),
                metadata: &session.labels.metadata,
            },
        };
        let body = Bytes::from(serde_json::to_vec(&question).ok()?);
        let (id, at) = (approval.id.as_str(), self.clock.now());
        let secrets = self.secret_store.secrets();
        let signature = standard_webhooks::signature(secrets.approval.iter().map(Secret::expose), id, at, &body)?;
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.0.clone();
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("webhook-id", HeaderValue::from_str(id).ok()?);
        headers.insert("webhook-timestamp", HeaderValue::from(at));
        headers.insert("webhook-signature", HeaderValue::from_str(&signature).ok()?);
        Some(request)
    }
}

/// What an answer means: a yes names what it approves.
fn word_of(status: StatusCode, body: &[u8], approval: &Approval) -> Word {
    let Ok((Value::Object(answer), doubled)) = json::read(body) else {
        return Word::No(None);
    };
    if status != StatusCode::OK || !doubled.is_empty() {
        return Word::No(None);
    }
    let amount = approval.amount.as_ref();
    let said = |key: &str| answer.get(key).filter(|value| !value.is_null());
    let has = |key: &str, expected: Option<Value>| said(key) == expected.as_ref();
    let is_the_same = has("id", Some(approval.id.as_str().into()))
        && said("amount_cents").map(whole_cents) == amount.map(|amount| amount.cents.into())
        && has("currency", amount.map(|amount| amount.currency.as_str().into()));
    match answer.get("approved") {
        Some(Value::Bool(true)) if is_the_same => Word::Yes,
        Some(Value::Bool(false)) => Word::No(answer.get("message").and_then(Value::as_str).and_then(shown)),
        _ => Word::No(None),
    }
}

#[cfg(test)]
mod tests {
    use super::{ApprovalUrl, Word, word_of};
    use crate::model::approval::{Amount, Approval};
    use axum::http::StatusCode;
    use shared::ids::{ApprovalId, QuoteId};

    fn approval(amount: Option<u64>) -> Approval {
        Approval {
            id: ApprovalId::parse("apr_1").expect("an id"),
            quote: QuoteId::parse("quo_1").expect("an id"),
            amount: amount.map(|cents| Amount { cents, currency: "usd".to_owned() }),
            expires_at: 0,
        }
    }

    #[test]
    fn only_a_complete_answer_is_a_yes() {
        let yes = r#"{"approved": true, "id": "apr_1", "amount_cents": 5200, "currency": "usd"}"#;
        let word = |status: StatusCode, body: &str| word_of(status, body.as_bytes(), &approval(Some(5_200)));
        assert_eq!(word(StatusCode::OK, yes), Word::Yes);
        assert_eq!(word(StatusCode::OK, &yes.replace("5200", "5200.0")), Word::Yes);
        for status in [201, 204, 302, 400, 502] {
            let code = StatusCode::from_u16(status).expect("a status");
            assert_eq!(word(code, yes), Word::No(None), "{status}");
        }
        for wrong in [
            "",
            "true",
            "<html>approved</html>",
            r#"{"approved": true}"#,
            r#"{"approved": "true", "id": "apr_1", "amount_cents": 5200, "currency": "usd"}"#,
            r#"{"approved": 1, "id": "apr_1", "amount_cents": 5200, "currency": "usd"}"#,
            r#"{"approved": true, "id": "apr_2", "amount_cents": 5200, "currency": "usd"}"#,
            r#"{"approved": true, "id": "apr_1", "amount_cents": 5199, "currency": "usd"}"#,
            r#"{"approved": true, "id": "apr_1", "amount_cents": 5200.5, "currency": "usd"}"#,
            r#"{"approved": true, "id": "apr_1", "amount_cents": 5200, "currency": "eur"}"#,
            r#"{"approved": true, "id": "apr_1", "amount_cents": 5200}"#,
            r#"{"approved": false, "approved": true, "id": "apr_1", "amount_cents": 5200, "currency": "usd"}"#,
        ] {
            assert_eq!(word(StatusCode::OK, wrong), Word::No(None), "{wrong}");
        }
        let said = r#"{"approved": false, "message": "Card declined."}"#;
        assert_eq!(word(StatusCode::OK, said), Word::No(Some("Card declined.".to_owned())));
    }

    #[test]
    fn an_amount_that_is_not_shown_is_not_approved() {
        let word = |body: &str| word_of(StatusCode::OK, body.as_bytes(), &approval(None));
        assert_eq!(word(r#"{"approved": true, "id": "apr_1"}"#), Word::Yes);
        assert_eq!(word(r#"{"approved": true, "id": "apr_1", "amount_cents": null, "currency": null}"#), Word::Yes);
        assert_eq!(word(r#"{"approved": true, "id": "apr_1", "amount_cents": 1}"#), Word::No(None));
    }

    #[test]
    fn approval_url_is_public_https_or_this_machine() {
        for url in
            ["https://app.acme.com/approve", "http://127.0.0.1:9/approve", "http://localhost:9/", "http://[::1]:9/"]
        {
            assert!(ApprovalUrl::parse(url).is_some(), "{url}");
        }
        for url in [
            "",
            "http://app.acme.com/approve",
            "https://10.0.0.1/approve",
            "https://169.254.169.254/latest",
            "https://backend.internal/approve",
            "https://user:pw@app.acme.com/",
            "https://app.acme.com:99999/",
            "ftp://app.acme.com/",
        ] {
            assert!(ApprovalUrl::parse(url).is_none(), "{url}");
        }
    }
}
