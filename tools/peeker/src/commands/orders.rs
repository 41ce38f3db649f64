//! `peeker orders`: list, show, watch, cancel.

mod watch;

use crate::commands::actions::instruction;
use crate::commands::bundles::{Side, id_path};
use crate::context::Context;
use crate::failure::Failure;
use crate::http::Target;
use crate::json::{number, rows, shown, text};
use crate::output::{Output, Report, Tone, money, plain};
use crate::pages::{self, Page};
use crate::table::{fit, table};
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};

/// What to do with orders.
#[derive(Debug, Subcommand)]
pub(crate) enum Orders {
    /// List orders, newest first
    List(List),
    /// Show one order: domains, timeline, what it waits for
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
    /// Only of this customer
    #[arg(long, value_name = "EMAIL|usr_…")]
    customer: Option<String>,
    /// Only those
    #[arg(long, value_parser = ["in_progress", "completed", "failed", "action_required", "cancel_scheduled", "cancelled"])]
    status: Option<String>,
    /// At most that many
    #[arg(long, default_value_t = 25, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// All of them
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Go on where another list ended (its next_page_token)
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
    /// Only this domain; may be given more than once
    #[arg(long = "domain", value_name = "NAME|dom_…")]
    domains: Vec<String>,
    /// Do not ask
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

pub(crate) async fn get(target: &Target, id: &str) -> Result<Value, Failure> {
    Ok(target.get(&id_path("/orders", id)?, &[]).await?.data())
}

async fn list(context: &Context, arguments: &List) -> Result<Report, Failure> {
    let target = context.via(arguments.side.via)?;
    let customer = match target.name {
        // Upstream has one parameter for ids and one for addresses.
        "Peeker" if arguments.customer.as_deref().is_some_and(|customer| customer.contains('@')) => "user_email",
        "Peeker" => "user_id",
        _ => "customer",
    };
    let mut query = Vec::new();
    query.extend(arguments.customer.as_deref().map(|value| (customer, value)));
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
                renewal(order),
                customer.unwrap_or("–").to_owned(),
            ]
        })
        .collect();
    let mut text = match cells.is_empty() {
        true => "No such orders.".to_owned(),
        false => table(context.output, &["ID", "CREATED", "STATUS", "DOMAINS", "COSTS", "RENEWS", "CUSTOMER"], &cells),
    };
    if let Some(next) = &next {
        text.push_str(&format!("\nThere are more: --page-token {}, or --all", plain(next)));
    }
    Ok(Report::new(json!({"orders": orders, "next_page_token": next}), text))
}

/// When an order renews, or that it ends instead.
fn renewal(order: &Value) -> String {
    match text(order, "/cancels_at") {
        Some(at) => format!("ends {at}"),
        None => shown(order, "/renews_at"),
    }
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
        // For upstream no body means the whole order; our API wants it said.
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

/// A domain of an order is a text, or has a name.
fn name_of(domain: &Value) -> String {
    domain.as_str().map_or_else(|| shown(domain, "/domain"), str::to_owned)
}

/// The tone of a status.
pub(crate) fn tone(status: &str) -> Tone {
    match status {
        "completed" | "connected" => Tone::Good,
        "failed" | "cancelled" => Tone::Bad,
        "action_required" | "cancel_scheduled" => Tone::Warn,
        _ => Tone::Strong,
    }
}

/// An order for people.
pub(crate) fn describe(output: Output, order: &Value) -> String {
    let status = shown(order, "/status");
    let costs = money(number(order, "/costs/total_cents"), text(order, "/costs/currency"));
    let mut out = format!(
        "{}  {}  {} domains  {costs}\n",
        plain(&shown(order, "/id")),
        output.paint(tone(&status), &plain(&status)),
        shown(order, "/domain_count")
    );
    for (label, pointer) in [
        ("customer", "/customer"),
        ("created", "/created_at"),
        ("updated", "/updated_at"),
        ("renews", "/renews_at"),
        ("ends", "/cancels_at"),
    ] {
        if let Some(value) = text(order, pointer) {
            out.push_str(&format!("{label:<9}{}\n", fit(value, 9)));
        }
    }
    let domains = rows(order, "/domains");
    if !domains.is_empty() {
        let cells: Vec<Vec<String>> = domains
            .iter()
            .map(|domain| vec![name_of(domain), shown(domain, "/status"), shown(domain, "/provider")])
            .collect();
        out.push_str(&format!("\n{}", table(output, &["DOMAIN", "STATUS", "PROVIDER"], &cells)));
    }
    let inboxes = rows(order, "/inboxes");
    if !inboxes.is_empty() {
        let cells: Vec<Vec<String>> = inboxes
            .iter()
            .map(|inbox| ["/address", "/domain", "/provider"].iter().map(|pointer| shown(inbox, pointer)).collect())
            .collect();
        out.push_str(&format!("\n{}", table(output, &["INBOX", "DOMAIN", "PROVIDER"], &cells)));
    }
    let actions = rows(order, "/pending_actions");
    if !actions.is_empty() {
        out.push_str(&format!("\n{}\n", output.paint(Tone::Warn, "Has to be done first")));
        for action in actions {
            out.push_str(&format!("  {}\n", instruction(action)));
        }
    }
    let timeline = rows(order, "/timeline");
    if !timeline.is_empty() {
        let cells: Vec<Vec<String>> = timeline
            .iter()
            .map(|entry| vec![shown(entry, "/at"), shown(entry, "/type"), shown(entry, "/event_id")])
            .collect();
        out.push_str(&format!("\n{}", table(output, &["AT", "EVENT", "ID"], &cells)));
    }
    out
}
