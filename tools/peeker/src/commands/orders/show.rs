//! Reads one order, and formats orders for people.

use crate::commands::actions::instruction;
use crate::commands::bundles::id_path;
use crate::commands::ledger::margin;
use crate::failure::Failure;
use crate::http::Target;
use crate::json::{number, rows, shown, text};
use crate::output::{Output, Tone, money, plain};
use crate::table::{fit, table};
use serde_json::Value;

pub(crate) async fn get(target: &Target, id: &str) -> Result<Value, Failure> {
    Ok(target.get(&id_path("/orders", id)?, &[]).await?.data())
}

/// When an order renews or ends.
pub(super) fn renewal(order: &Value) -> String {
    match text(order, "/cancels_at") {
        Some(at) => format!("ends {at}"),
        None => shown(order, "/renews_at"),
    }
}

/// A domain of an order is a string, or an object with a name.
pub(super) fn name_of(domain: &Value) -> String {
    domain.as_str().map_or_else(|| shown(domain, "/domain"), str::to_owned)
}

/// The colour of a status.
pub(crate) fn tone(status: &str) -> Tone {
    match status {
        "completed" | "connected" => Tone::Good,
        "failed" | "cancelled" => Tone::Bad,
        "action_required" | "cancel_scheduled" => Tone::Warn,
        _ => Tone::Strong,
    }
}

/// Formats an order for people.
pub(crate) fn describe(output: Output, order: &Value) -> String {
    let status = shown(order, "/status");
    let costs = money(number(order, "/costs/total_cents"), text(order, "/costs/currency"));
    let mut out = format!(
        "{}  {}  {} domains  {costs}\n",
        plain(&shown(order, "/id")),
        output.paint(tone(&status), &plain(&status)),
        shown(order, "/domain_count")
    );
    if order.get("charge").is_some() {
        let charge = money(number(order, "/charge/total_cents"), text(order, "/charge/currency"));
        let margin = margin(order, "/margin_cents", text(order, "/charge/currency"));
        out.push_str(&format!("charge   {charge}, margin {margin}\n"));
    }
    for (label, pointer) in [
        ("customer", "/customer"),
        ("ref", "/reference"),
        ("created", "/created_at"),
        ("updated", "/updated_at"),
        ("renews", "/renews_at"),
        ("ends", "/cancels_at"),
    ] {
        if let Some(value) = text(order, pointer) {
            out.push_str(&format!("{label:<9}{}\n", fit(value, 9)));
        }
    }
    for (key, value) in order.get("metadata").and_then(Value::as_object).into_iter().flatten() {
        let pair = format!("{key}: {}", value.as_str().unwrap_or_default());
        out.push_str(&format!("{:<9}{}\n", "note", fit(&pair, 9)));
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
        out.push_str(&format!("\n{}\n", output.paint(Tone::Warn, "Pending actions")));
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
