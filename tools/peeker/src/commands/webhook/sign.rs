//! `peeker webhook sign`: signs a body like Peeker, and prints the delivery.

use super::input;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::output::{Report, write_bytes};
use crate::times;
use crate::webhook::signature::{Signed, header};
use clap::Args;
use serde_json::json;
use shared::event::Event;
use std::path::PathBuf;

/// Sign a body like Peeker, and print the delivery
///
/// Prints headers, an empty line and the body, the format of `verify` and `send`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  peeker webhook sign event.json > capture.txt && peeker webhook verify capture.txt")]
pub(crate) struct Sign {
    /// The body; - for standard input
    body: PathBuf,
    /// Peeker-Event-Id [default: the body's id]
    #[arg(long, value_name = "evt_…")]
    event_id: Option<String>,
    /// Time of the signature
    #[arg(long, value_name = "TIME", default_value = "now")]
    at: String,
    /// Print only the headers
    #[arg(long)]
    headers_only: bool,
}

/// A signed delivery.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) event_id: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

impl Delivery {
    /// Signs `body` as of `at`. By default, the event id is that of the body.
    pub(super) fn sign(context: &Context, body: Vec<u8>, event_id: Option<&str>, at: i64) -> Result<Self, Failure> {
        let event_id = match event_id {
            Some(id) => id.to_owned(),
            None => id_of(&body)?,
        };
        let secrets = input::secrets(context)?;
        let secret = secrets.first().ok_or_else(|| Failure::usage("setting_missing", "There is no webhook secret."))?;
        let timestamp = at.to_string();
        let signed = Signed { event_id: &event_id, timestamp: &timestamp };
        let signature = header(secret, input::template(context)?, signed, &body);
        Ok(Self { event_id, timestamp, signature, body })
    }

    /// The three headers.
    pub(super) fn headers(&self) -> [(&'static str, &str); 3] {
        [
            ("Peeker-Event-Id", self.event_id.as_str()),
            ("Peeker-Timestamp", self.timestamp.as_str()),
            ("Peeker-Signature", self.signature.as_str()),
        ]
    }
}

fn id_of(body: &[u8]) -> Result<String, Failure> {
    Event::parse(body).map(|event| event.id.to_string()).map_err(|problem| {
        Failure::usage("body_malformed", format!("The body is not an event: {}", problem.message()))
            .advise("To sign it anyway, set the event id: --event-id evt_…")
    })
}

pub(super) fn run(context: &Context, arguments: &Sign) -> Result<Report, Failure> {
    let at = times::instant(&arguments.at, times::now()).map_err(|message| Failure::usage("time_invalid", message))?;
    let body = input::read(context, &arguments.body)?;
    let delivery = Delivery::sign(context, body, arguments.event_id.as_deref(), at)?;
    let headers = delivery.headers().map(|(name, value)| format!("{name}: {value}\n")).concat();
    let body = String::from_utf8(delivery.body.clone()).ok();
    let data = json!({
        "headers": serde_json::Map::from_iter(delivery.headers().map(|(name, value)| (name.to_owned(), json!(value)))),
        "body": body,
    });
    if context.output.is_for_people() {
        // The body may be binary, and must not change.
        write_bytes(headers.as_bytes());
        if !arguments.headers_only {
            write_bytes(b"\n");
            write_bytes(&delivery.body);
        }
        return Ok(Report::new(data, ""));
    }
    match body {
        Some(_) => Ok(Report::new(data, "")),
        None => Err(Failure::new(Exit::Usage, "body_not_text", "The body is not UTF-8, so it cannot be part of JSON.")),
    }
}
