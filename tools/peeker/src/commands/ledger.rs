//! `peeker ledger`: what a month's orders cost, what they were sold for, and what is left.

use crate::context::Context;
use crate::failure::Failure;
use crate::json::{number, rows, shown, text};
use crate::output::{Output, Report, money};
use crate::table::table;
use clap::Args;
use serde_json::Value;

/// A month's orders with cost, charge and margin, and their sums per customer and reference
///
/// Orders that were placed in that month in UTC. Renewals and refunds are not in it. The cost includes licences.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  peeker ledger --month 2026-11\n  peeker ledger --month 2026-11 --csv > 2026-11.csv"
)]
pub(crate) struct Arguments {
    /// The month in UTC, such as 2026-11
    #[arg(long, value_name = "YYYY-MM")]
    month: String,
    /// As CSV, for a spreadsheet
    #[arg(long)]
    csv: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Arguments) -> Result<Report, Failure> {
    let mut query = vec![("month", arguments.month.as_str())];
    if arguments.csv {
        query.push(("format", "csv"));
        let answer = context.api()?.get("/ledger", &query).await?;
        return Ok(Report::file(answer.body.as_str().unwrap_or_default()));
    }
    let ledger = context.api()?.get("/ledger", &query).await?.data();
    let text = describe(context.output, &ledger);
    Ok(Report::new(ledger, text))
}

/// The ledger for people.
fn describe(output: Output, ledger: &Value) -> String {
    let orders: Vec<Vec<String>> = rows(ledger, "/orders")
        .iter()
        .map(|row| {
            let texts = ["/order", "/placed_at", "/status"].map(|pointer| shown(row, pointer));
            let own = ["/customer", "/reference"].map(|pointer| text(row, pointer).unwrap_or("–").to_owned());
            texts.into_iter().chain(amounts(row)).chain(own).collect()
        })
        .collect();
    if orders.is_empty() {
        return format!("No orders were placed in {}.", shown(ledger, "/month"));
    }
    let headings = ["ORDER", "PLACED", "STATUS", "COST", "CHARGE", "MARGIN", "CUSTOMER", "REFERENCE"];
    let mut out = table(output, &headings, &orders);
    for (heading, list, key) in [("CUSTOMER", "/customers", "/customer"), ("REFERENCE", "/references", "/reference")] {
        let sums: Vec<Vec<String>> = rows(ledger, list)
            .iter()
            .map(|row| {
                let name = text(row, key).unwrap_or("–").to_owned();
                [name, shown(row, "/orders")].into_iter().chain(amounts(row)).collect()
            })
            .collect();
        out.push_str(&format!("\n\n{}", table(output, &[heading, "ORDERS", "COST", "CHARGE", "MARGIN"], &sums)));
    }
    out
}

/// Cost, charge and margin of an order or a sum.
fn amounts(row: &Value) -> [String; 3] {
    let currency = text(row, "/currency");
    let [cost, charge] = ["/cost_cents", "/charge_cents"].map(|pointer| money(number(row, pointer), currency));
    [cost, charge, margin(row, "/margin_cents", currency)]
}

/// An amount that may be negative.
pub(crate) fn margin(row: &Value, pointer: &str, currency: Option<&str>) -> String {
    let cents = row.pointer(pointer).and_then(Value::as_i64);
    let amount = money(cents.map(i64::unsigned_abs), currency);
    if cents.is_some_and(i64::is_negative) { format!("-{amount}") } else { amount }
}
