//! `peeker smoke`: a small order from end to end, step by step.

mod steps;
mod wait;

use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::output::{Report, Tone, plain};
use crate::times;
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Place a small test order from end to end: availability, import, order, webhooks
///
/// Speaks to Peeker as its quickstart does: checks two names, imports a domain that the customer is said to own, orders
/// both under custom licences (2 Google, 1 Microsoft), and waits until the order is completed. Where the checkout API
/// is known, the status is read there, and has to have come by Peeker's signed webhooks.
///
/// With a pk_test_ key nothing is bought. With a pk_live_ key domains are bought and inboxes billed: that has to be
/// said twice.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker smoke                          against the demo that runs here\n  \
    PEEKER_KEY=pk_test_… PEEKER_LOGIN_EMAIL=… PEEKER_LOGIN_PASSWORD=… peeker smoke\n  \
    peeker smoke --json | jq '.data.steps'")]
pub(crate) struct Arguments {
    /// Who buys; when not given, a new smoke-…@example.com
    #[arg(long, value_name = "EMAIL|usr_…")]
    customer: Option<String>,
    /// Name to register; when not given, one is made up
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// Domain to import; when not given, one is made up (with a test key) or the step is left out (with a live one)
    #[arg(long, value_name = "DOMAIN", conflicts_with = "no_import")]
    import: Option<String>,
    /// Leave the import out, and register both domains
    #[arg(long)]
    no_import: bool,
    /// Smartlead client that the inboxes belong to [default: the partner's own]
    #[arg(long, value_name = "ID")]
    client_id: Option<u64>,
    /// How long to wait for the import's nameservers, before the order goes on without it
    #[arg(long, default_value = "90s", value_parser = times::duration, value_name = "TIME")]
    import_timeout: Duration,
    /// How long to wait for the order to be completed
    #[arg(long, default_value = "5m", value_parser = times::duration, value_name = "TIME")]
    timeout: Duration,
    /// The key is a live one, and that is meant
    #[arg(long)]
    live: bool,
    /// Domains may be bought and inboxes billed
    #[arg(long)]
    yes_spend_money: bool,
}

/// What is told of a step.
#[derive(Debug)]
struct Step {
    name: &'static str,
    outcome: Outcome,
    what: String,
    data: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Ok,
    Skipped,
    Failed,
}

impl Step {
    fn ok(name: &'static str, what: String, data: Value) -> Self {
        Self { name, outcome: Outcome::Ok, what, data }
    }

    fn skipped(name: &'static str, what: String, data: Value) -> Self {
        Self { name, outcome: Outcome::Skipped, what, data }
    }
}

/// The run so far.
struct Run<'c> {
    context: &'c Context,
    steps: Vec<Value>,
    started: Instant,
}

impl Run<'_> {
    /// Tells of a step that took since `began`.
    fn tell(&mut self, step: &Step, began: Instant) {
        let took = began.elapsed();
        let (tone, word) = match step.outcome {
            Outcome::Ok => (Tone::Good, "ok     "),
            Outcome::Skipped => (Tone::Warn, "skipped"),
            Outcome::Failed => (Tone::Bad, "FAILED "),
        };
        let output = self.context.output;
        output.say(&format!(
            "{} {:<13} {} {}",
            output.paint(tone, word),
            step.name,
            plain(&step.what),
            output.paint(Tone::Faint, &format!("({})", times::seconds(took)))
        ));
        let word = word.trim().to_lowercase();
        self.steps.push(json!({
            "step": step.name,
            "outcome": word,
            "message": step.what,
            "milliseconds": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            "data": step.data,
        }));
    }

    /// Tells how the step `name` went, whichever way.
    fn settle(&mut self, name: &'static str, began: Instant, outcome: Result<Step, Failure>) -> Result<Value, Failure> {
        match outcome {
            Ok(step) => {
                self.tell(&step, began);
                Ok(step.data)
            }
            Err(failure) => {
                let step = Step { name, outcome: Outcome::Failed, what: failure.message.clone(), data: Value::Null };
                self.tell(&step, began);
                Err(Failure { message: format!("{name}: {}", failure.message), ..failure }
                    .with("steps", std::mem::take(&mut self.steps)))
            }
        }
    }
}

pub(crate) async fn run(context: &Context, arguments: &Arguments) -> Result<Report, Failure> {
    steps::refuse_live(context, arguments, "")?;
    let login = steps::login(context)?;
    let peeker = context.peeker()?;
    let mut run = Run { context, steps: Vec::new(), started: Instant::now() };
    let outcome = all_steps(&mut run, arguments, &peeker, &login).await?;
    let took = times::seconds(run.started.elapsed());
    let text = match outcome.exit {
        Exit::Ok => format!("\nAll of it works: {} in {took}.", plain(&outcome.order)),
        _ => format!("\nThe order {} waits: peeker actions --order {}", plain(&outcome.order), plain(&outcome.order)),
    };
    let data = json!({"order_id": outcome.order, "steps": run.steps});
    Ok(Report::new(data, text).ending(outcome.exit))
}

struct Ending {
    order: String,
    exit: Exit,
}

async fn all_steps(
    run: &mut Run<'_>,
    arguments: &Arguments,
    peeker: &Target,
    login: &steps::Login,
) -> Result<Ending, Failure> {
    let names = steps::Names::choose(arguments)?;
    let began = Instant::now();
    let key = steps::key(run.context, arguments, peeker).await;
    let environment = run.settle("key", began, key)?;
    let live = environment.get("environment").and_then(Value::as_str) != Some("test");

    let began = Instant::now();
    let found = steps::availability(peeker, &names).await;
    let free = run.settle("availability", began, found)?;

    let began = Instant::now();
    let imported = steps::import(run.context, arguments, peeker, &names, live).await;
    let imported = run.settle("import", began, imported)?;

    let began = Instant::now();
    let domains = steps::domains(&names, &free, &imported);
    let placed = match domains {
        Ok(domains) => steps::order(peeker, arguments, login, &names.customer, &domains).await,
        Err(failure) => Err(failure),
    };
    let order = run.settle("order", began, placed)?;
    let order = order.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();

    let began = Instant::now();
    let status = wait::until_final(run.context, arguments.timeout, peeker, &order).await;
    let status = run.settle("status", began, status)?;
    let waits = status.get("status").and_then(Value::as_str) == Some("action_required");
    Ok(Ending { order, exit: if waits { Exit::Waiting } else { Exit::Ok } })
}
