//! `peeker customers`: removes personal data.

use crate::context::Context;
use crate::failure::Failure;
use crate::json::number;
use crate::output::{Report, plain};
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::json;

/// What to do with customers.
#[derive(Debug, Subcommand)]
pub(crate) enum Customers {
    Forget(Forget),
}

/// Remove a customer's personal data; order ids, costs and dates stay for accounting
///
/// Removes drafts, names, addresses and stored events of one customer from the checkout's table. It cannot be undone.
/// What Peeker itself stores is not touched.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  peeker customers forget client@example.com --yes")]
pub(crate) struct Forget {
    /// E-mail address or usr_… id of the session
    customer: String,
    /// Skip the confirmation
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn run(context: &Context, command: Customers) -> Result<Report, Failure> {
    let Customers::Forget(forget) = command;
    let api = context.api()?;
    let customer = plain(&forget.customer);
    context.confirm(forget.yes, &format!("All personal data of {customer} will be removed permanently."))?;
    let answer = api.send(Method::POST, "/customers/forget", &[], Some(&json!({"customer": forget.customer}))).await?;
    let data = answer.data();
    let mut text = format!("Forgotten: {customer}.");
    match number(&data, "/orders") {
        Some(1) => text.push_str(" 1 order keeps its id, costs and dates."),
        Some(orders) => text.push_str(&format!(" {orders} orders keep their id, costs and dates.")),
        None => {}
    }
    Ok(Report::new(data, text))
}
