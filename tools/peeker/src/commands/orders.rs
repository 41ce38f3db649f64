//! `peeker orders`: list, show, watch, cancel.

pub(crate) mod show;
mod watch;

use crate::commands::bundles::{Side, id_path};
use crate::commands::ledger::margin;
use crate::commands::orders::show::{describe, get, name_of, renewal};
use crate::context::Context;
use crate::failure::Failure;
use crate::json::{number, rows, shown, text};
use crate::output::{Report, money, plain};
use crate::pages::{self, Page};
use crate::table::table;
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::json;

/// What to do with orders.
#[derive(Debug, Subcommand)]
pub(crate) enum Orders {
    /// List orders, newest first
    List(List),
    /// Show an order: domains, timeline, pending actions
    Show {
        /// ord_…
        id: String,
        #[command(flatten)]
        side: Side,
    },
    Watch(watch::Watch),
    /// Cancel an order, or some of its domains
    Cancel(Cancel),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker orders list --customer client@example.com\n  \
    peeker orders list --status action_required --json | jq -r '.data.orders[].id'")]
pub(crate) struct List {
    /// Filter by customer
    #[arg(long, value_name = "EMAIL|usr_…")]
    customer: Option<String>,
    /// Filter by reference
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Filter by domain
    #[arg(long, value_name = "NAME")]
    domain: Option<String>,
    /// Filter by status
    #[arg(long, value_parser = ["in_progress", "completed", "failed", "action_required", "cancel_scheduled", "cancelled"])]
    status: Option<String>,
    /// Maximum number of orders
    #[arg(long, default_value_t = 25, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// List all pages
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Continue from this token: next_page_token of another list
    #[arg(long, value_name = "TOKEN", conflicts_with = "all")]
    page_token: Option<String>,
    #[command(flatten)]
    side: Side,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  peeker orders cancel ord_… --yes\n  peeker orders cancel ord_… --domain acme-mail.com --yes"
)]
pub(crate) struct Cancel {
    /// ord_…
    id: String,
    /// Cancel only this domain; repeatable
    #[arg(long = "domain", value_name = "NAME|dom_…")]
    domains: Vec<String>,
    /// Skip the confirmation
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    side: Side,
}

pub(crate) async fn run(context: &Context, command: Orders) -> Result<Report, Failure> {
    match command {
        Orders::List(arguments) => list(context, &arguments).await,
        Orders::Show { id, side } => {
            let order = get(&context.via(side.via)?, &id).await?;
            let text = describe(context.output, &order);
            Ok(Report::new(order, text))
        }
        Orders::Watch(arguments) => watch::run(context, &arguments).await,
        Orders::Cancel(arguments) => cancel(context, &arguments).await,
    }
}

async fn list(context: &Context, arguments: &List) -> Result<Report, Failure> {
    let target = context.via(arguments.side.via)?;
    let customer = match target.name {
        // Upstream has separate parameters for ids and addresses.
        "Peeker" if arguments.customer.as_deref().is_some_and(|customer| customer.contains('@')) => "user_email",
        "Peeker" => "user_id",
        _ => "customer",
    };
    if target.name == "Peeker" && arguments.reference.is_some() {
        return Err(Failure::usage(
            "filter_unknown",
            "Peeker has no references: leave out --reference or --via peeker.",
        ));
    }
    let mut query = Vec::new();
    query.extend(arguments.customer.as_deref().map(|value| (customer, value)));
    query.extend(arguments.reference.as_deref().map(|reference| ("reference", reference)));
    query.extend(arguments.domain.as_deref().map(|domain| ("domain", domain)));
    query.extend(arguments.status.as_deref().map(|status| ("status", status)));
    let limit = if arguments.all { usize::MAX } else { usize::try_from(arguments.limit).unwrap_or(usize::MAX) };
    let Page { rows: orders, next } =
        pages::up_to(&target, "/orders", &query, limit, arguments.page_token.as_deref()).await?;
    let cells: Vec<Vec<String>> = orders
        .iter()
        .map(|order| {
            let customer = ["/customer", "/email", "/user_id"].iter().find_map(|pointer| text(order, pointer));
            vec![
                shown(order, "/id"),
                shown(order, "/created_at"),
                shown(order, "/status"),
                shown(order, "/domain_count"),
                money(number(order, "/costs/total_cents"), text(order, "/costs/currency")),
                money(number(order, "/charge/total_cents"), text(order, "/charge/currency")),
                margin(order, "/margin_cents", text(order, "/costs/currency")),
                renewal(order),
                customer.unwrap_or("–").to_owned(),
            ]
        })
        .collect();
    let mut text = match cells.is_empty() {
        true => "No orders found.".to_owned(),
        false => table(
            context.output,
            &["ID", "CREATED", "STATUS", "DOMAINS", "COSTS", "CHARGE", "MARGIN", "RENEWS", "CUSTOMER"],
            &cells,
        ),
    };
    if let Some(next) = &next {
        text.push_str(&format!("\nThere are more: --page-token {}, or --all", plain(next)));
    }
    Ok(Report::new(json!({"orders": orders, "next_page_token": next}), text))
}

async fn cancel(context: &Context, arguments: &Cancel) -> Result<Report, Failure> {
    let target = context.via(arguments.side.via)?;
    let path = format!("{}/cancel", id_path("/orders", &arguments.id)?);
    let what = match arguments.domains.len() {
        0 => format!("The whole order {}", arguments.id),
        1 => format!("1 domain of {}", arguments.id),
        many => format!("{many} domains of {}", arguments.id),
    };
    context.confirm(arguments.yes, &format!("{what} will be cancelled at the end of the paid period."))?;
    let body = match (arguments.domains.is_empty(), target.name) {
        (false, _) => Some(json!({ "domains": arguments.domains })),
        // For upstream, no body means the whole order; our API needs it explicitly.
        (true, "Peeker") => None,
        (true, _) => Some(json!({ "whole": true })),
    };
    let data = target.send(Method::POST, &path, &[], body.as_ref()).await?.data();
    let mut text = format!("{}: {}", plain(&arguments.id), shown(&data, "/status"));
    if let Some(at) = crate::json::text(&data, "/cancels_at") {
        text.push_str(&format!(", ends {}", plain(at)));
    }
    for domain in rows(&data, "/domains") {
        text.push_str(&format!("\n  {}", plain(&name_of(domain))));
    }
    Ok(Report::new(data, text))
}
