//! `peeker actions`: pending actions of the partner and of customers, over all orders.

use crate::commands::bundles::id_path;
use crate::context::{Context, Via};
use crate::failure::Failure;
use crate::http::Target;
use crate::json::{rows, shown, text};
use crate::output::{Output, Report, plain};
use crate::pages;
use crate::table::table;
use clap::Args;
use serde_json::{Value, json};

/// List pending actions
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker actions\n  peeker actions --order ord_…\n  peeker actions --via peeker")]
pub(crate) struct Arguments {
    /// Filter by order
    #[arg(long, value_name = "ord_…")]
    order: Option<String>,
    /// Filter by customer
    #[arg(long, value_name = "EMAIL|usr_…")]
    customer: Option<String>,
    /// API to call [default: the checkout API, if configured]
    #[arg(long, value_enum)]
    via: Option<Via>,
}

pub(crate) async fn run(context: &Context, arguments: &Arguments) -> Result<Report, Failure> {
    let target = context.via(arguments.via)?;
    let actions = match target.name {
        "Peeker" => at_peeker(&target, arguments).await?,
        _ => at_api(&target, arguments).await?,
    };
    let text = describe(context.output, &actions);
    Ok(Report::new(json!({ "actions": actions }), text))
}

async fn at_peeker(target: &Target, arguments: &Arguments) -> Result<Vec<Value>, Failure> {
    let order = arguments.order.as_deref().map(|order| ("order_id", order));
    let customer = arguments.customer.as_deref().map(|customer| ("user", customer));
    let query: Vec<(&str, &str)> = order.into_iter().chain(customer).collect();
    pages::all(target, "/orders/pending", &query).await
}

/// Orders with pending actions.
async fn at_api(target: &Target, arguments: &Arguments) -> Result<Vec<Value>, Failure> {
    let orders = match &arguments.order {
        Some(order) => vec![order.clone()],
        None => {
            let mut query = vec![("status", "action_required")];
            query.extend(arguments.customer.as_deref().map(|customer| ("customer", customer)));
            let orders = pages::all(target, "/orders", &query).await?;
            orders.iter().filter_map(|order| text(order, "/id").map(str::to_owned)).collect()
        }
    };
    let mut actions = Vec::new();
    for order in orders {
        let view = target.get(&id_path("/orders", &order)?, &[]).await?.data();
        for action in rows(&view, "/pending_actions") {
            let mut action = action.clone();
            if let Value::Object(fields) = &mut action {
                fields.insert("order_id".to_owned(), json!(order));
            }
            actions.push(action);
        }
    }
    Ok(actions)
}

fn describe(output: Output, actions: &[Value]) -> String {
    if actions.is_empty() {
        return "No pending actions.".to_owned();
    }
    let cells: Vec<Vec<String>> = actions
        .iter()
        .map(|action| {
            ["/order_id", "/domain", "/who", "/type", "/reason"].iter().map(|pointer| shown(action, pointer)).collect()
        })
        .collect();
    let mut text = table(output, &["ORDER", "DOMAIN", "WHO", "TYPE", "REASON"], &cells);
    for action in actions {
        text.push_str(&format!("\n{}", instruction(action)));
    }
    text
}

/// The advice for an action, in one line.
pub(crate) fn instruction(action: &Value) -> String {
    let what =
        text(action, "/what_to_do").or_else(|| text(action, "/message")).unwrap_or("Upstream sent no instructions.");
    let domain = text(action, "/domain").map(|domain| format!("{domain}: ")).unwrap_or_default();
    let who = text(action, "/who").map(|who| format!(" ({who})")).unwrap_or_default();
    plain(&format!("{domain}{what}{who}"))
}
