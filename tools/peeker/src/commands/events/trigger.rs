//! `peeker events trigger`: an example of a notification, marked as a test, to every endpoint.

use crate::context::Context;
use crate::failure::Failure;
use crate::json::shown;
use crate::output::Report;
use clap::Args;
use reqwest::Method;
use serde_json::json;

/// Send an example of a notification to your endpoints, marked as a test
///
/// The body has "test": true, and nothing has happened. It is delivered, repeated and listed like any other.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  peeker events trigger order.completed")]
pub(crate) struct Trigger {
    /// A type, such as order.completed; `peeker events schema` lists them
    #[arg(value_name = "TYPE")]
    kind: String,
}

pub(crate) async fn run(context: &Context, arguments: &Trigger) -> Result<Report, Failure> {
    let body = json!({"type": arguments.kind});
    let made = context.api()?.send(Method::POST, "/notifications/test", &[], Some(&body)).await?.data();
    let text = format!("{} {}, marked as a test", shown(&made, "/type"), shown(&made, "/id"));
    Ok(Report::new(made, text))
}
