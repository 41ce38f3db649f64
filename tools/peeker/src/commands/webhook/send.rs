//! `peeker webhook send`: sends one delivery to the receiver, and prints the response.

use super::input;
use super::sign::Delivery;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http;
use crate::json::text;
use crate::output::Report;
use crate::times;
use crate::webhook::RECEIVER;
use crate::webhook::capture::Capture;
use clap::Args;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};
use shared::file_text;
use std::path::PathBuf;

/// Send a captured delivery, or sign and send a body
///
/// A captured delivery is sent unchanged. With --sign, or if the file is only a body, it gets a new signature.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker webhook send capture.txt\n  peeker webhook send event.json")]
pub(crate) struct Send {
    /// A captured delivery, or a body; - for standard input
    file: PathBuf,
    /// Treat the file as a body, and sign it with the webhook secret
    #[arg(long)]
    sign: bool,
    /// The receiver [default: /v1/webhooks/peeker of the checkout API]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

pub(super) async fn run(context: &Context, arguments: &Send) -> Result<Report, Failure> {
    let bytes = input::read(context, &arguments.file)?;
    let (headers, body) = if arguments.sign || is_body_alone(&bytes) {
        let delivery = Delivery::sign(context, bytes, None, times::now())?;
        let headers = delivery.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        (headers, delivery.body)
    } else {
        let capture = Capture::parse(&bytes)?;
        let ours = capture.headers.into_iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with("peeker-"));
        (ours.collect(), capture.body)
    };
    let sender = Sender::new(context, arguments.url.as_deref())?;
    let answer = sender.deliver(&headers, body).await?;
    let message = match answer.status {
        200..300 => format!("{}: accepted ({})", sender.url, answer.status),
        status => {
            let exit = if status >= 500 { Exit::Temporary } else { Exit::Refused };
            let message = format!("{} rejected it with {status}: {}", sender.url, answer.message);
            return Err(Failure::new(exit, answer.code, message)
                .advise("Find the reason: peeker webhook verify")
                .of_request(answer.request_id)
                .with("http_status", status));
        }
    };
    Ok(Report::new(json!({"url": sender.url, "http_status": answer.status, "request_id": answer.request_id}), message))
}

/// Whether a file is a bare body, not a captured delivery: a JSON object without headers.
fn is_body_alone(bytes: &[u8]) -> bool {
    let Ok(Value::Object(document)) = serde_json::from_slice(file_text::without_mark(bytes)) else { return false };
    let has_headers =
        |fields: &Map<String, Value>| ["headers", "rawHeaders"].iter().any(|name| fields.contains_key(*name));
    let inner = document.get("data").and_then(Value::as_object);
    !has_headers(&document) && !inner.is_some_and(has_headers)
}

/// Delivers like Peeker: one POST, no redirects, a timeout of 15 seconds.
#[derive(Debug)]
pub(super) struct Sender {
    http: reqwest::Client,
    pub(super) url: String,
}

/// The receiver's response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) request_id: Option<String>,
}

impl Sender {
    pub(super) fn new(context: &Context, url: Option<&str>) -> Result<Self, Failure> {
        let url = match url {
            Some(url) => url.to_owned(),
            None => format!("{}{RECEIVER}", context.api_base()?),
        };
        let (http, _) = http::client(&url)?;
        Ok(Self { http, url })
    }

    pub(super) async fn deliver(&self, headers: &[(String, String)], body: Vec<u8>) -> Result<Answer, Failure> {
        let mut map = HeaderMap::new();
        map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            let name = HeaderName::try_from(name.as_str());
            let value = HeaderValue::try_from(value.as_str());
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err(Failure::usage("header_invalid", "A header of the delivery cannot be sent."));
            };
            map.append(name, value);
        }
        let sent = self.http.post(&self.url).headers(map).body(body).send().await;
        let answer = sent.map_err(|_| {
            Failure::new(Exit::Temporary, "unreachable", format!("{} does not answer.", self.url))
                .advise("Check the address, and whether the receiver is running.")
        })?;
        let status = answer.status().as_u16();
        let request_id = answer.headers().get("checkout-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let body: Value = answer.json().await.unwrap_or(Value::Null);
        Ok(Answer {
            status,
            code: text(&body, "/error/code").map_or_else(|| format!("http_{status}"), str::to_owned),
            message: text(&body, "/error/message").unwrap_or("no message").to_owned(),
            request_id,
        })
    }
}
