//! `peeker approvals`: how each approval ended.

use crate::commands::notifications::moment;
use crate::context::Context;
use crate::failure::Failure;
use crate::json::{number, shown, text};
use crate::output::{Report, money, plain};
use crate::pages::{self, Page};
use crate::table::table;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// What to do with approvals.
#[derive(Debug, Subcommand)]
pub(crate) enum Approvals {
    List(List),
}

/// List approvals in the order in which they came to their state
///
/// capture: the order is placed, take the payment. void: no order comes of it, give the payment back. open: neither yet.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker approvals list --since 2h\n  \
    peeker approvals list --state void --json | jq -r '.data.approvals[].approval'")]
pub(crate) struct List {
    /// Only those
    #[arg(long, value_parser = ["open", "capture", "void"])]
    state: Option<String>,
    /// Only those that came to their state from then on
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// At most that many
    #[arg(long, default_value_t = 25, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// All of them
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Go on where another list ended (its next_page_token)
    #[arg(long, value_name = "TOKEN", conflicts_with = "all")]
    page_token: Option<String>,
}

pub(crate) async fn run(context: &Context, command: Approvals) -> Result<Report, Failure> {
    let Approvals::List(arguments) = command;
    let mut query = Vec::new();
    query.extend(arguments.state.as_deref().map(|state| ("state", state)));
    let since = arguments.since.as_deref().map(moment).transpose()?;
    query.extend(since.as_deref().map(|since| ("since", since)));
    let limit = if arguments.all { usize::MAX } else { usize::try_from(arguments.limit).unwrap_or(usize::MAX) };
    let Page { rows, next } =
        pages::up_to(&context.api()?, "/approvals", &query, limit, arguments.page_token.as_deref()).await?;
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let mut text = match cells.is_empty() {
        true => "No such approvals.".to_owned(),
        false => table(context.output, &["APPROVAL", "STATE", "AT", "AMOUNT", "SESSION", "ORDER"], &cells),
    };
    if let Some(next) = &next {
        text.push_str(&format!("\nThere are more: --page-token {}, or --all", plain(next)));
    }
    Ok(Report::new(json!({"approvals": rows, "next_page_token": next}), text))
}

fn cells(row: &Value) -> Vec<String> {
    vec![
        shown(row, "/approval"),
        shown(row, "/state"),
        shown(row, "/at"),
        money(number(row, "/amount_cents"), text(row, "/currency")),
        shown(row, "/session"),
        shown(row, "/order"),
    ]
}
