//! `peeker smoke`: a small order from end to end, step by step.

mod checkout;
mod direct;
mod steps;
mod wait;

use crate::commands::bundles::Side;
use crate::context::{Context, Via};
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::output::{Report, Tone, plain};
use crate::settings::Name;
use crate::times;
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Place a small test order from end to end: availability, import, order, webhooks
///
/// Checks two names, imports a domain that the customer is said to own, orders both under custom licences (2 Google, 1
/// Microsoft), and waits until the order is completed.
///
/// Where the checkout API is known, it goes the way of your customers: a session is minted, each call goes to your
/// deployment, and the status counts once Peeker's signed webhooks have brought it. With --via peeker, or where only a
/// Peeker key is set, it speaks to Peeker itself as its quickstart does: good before anything is deployed.
///
/// With a test key nothing is bought. With a live one, here or in the deployment, domains are bought and inboxes
/// billed: that has to be said twice.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  peeker smoke                          against the demo that runs here\n  \
    PEEKER_API=https://api.your-host PEEKER_PARTNER_KEY=… peeker smoke\n  \
    PEEKER_KEY=pk_test_… PEEKER_LOGIN_EMAIL=… PEEKER_LOGIN_PASSWORD=… peeker smoke\n  \
    peeker smoke --json | jq '.data.steps'\n\n\
    Ends with 0 when the order is completed, 1 when a step failed, 2 for a live key, 5 when the time is over,\n\
    6 when the order waits for somebody.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    side: Side,
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

    /// Tells how the step `name` went, whichever way, and gives what the next one needs of it.
    fn settle<T>(
        &mut self,
        name: &'static str,
        began: Instant,
        outcome: Result<(Step, T), Failure>,
    ) -> Result<T, Failure> {
        match outcome {
            Ok((step, found)) => {
                self.tell(&step, began);
                Ok(found)
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

/// Which way the calls go.
enum Way {
    /// To Peeker itself.
    Peeker(Target, direct::Login),
    /// To our functions, as the widget's.
    Checkout,
}

impl Way {
    /// Asks nobody yet: what is missing is told before anything is done.
    fn choose(context: &Context, via: Option<Via>) -> Result<Self, Failure> {
        match context.side(via) {
            Via::Peeker => Ok(Self::Peeker(context.peeker()?, direct::login(context)?)),
            Via::Api => {
                context.api_base()?;
                // Either key gives a session.
                if context.settings.found(Name::SessionKey).is_none() {
                    context.settings.require(Name::PartnerKey)?;
                }
                Ok(Self::Checkout)
            }
        }
    }
}

pub(crate) async fn run(context: &Context, arguments: &Arguments) -> Result<Report, Failure> {
    let way = Way::choose(context, arguments.side.via)?;
    steps::refuse_live_key(context, arguments)?;
    let mut run = Run { context, steps: Vec::new(), started: Instant::now() };
    let (order, exit) = all_steps(&mut run, arguments, &way).await?;
    let took = times::seconds(run.started.elapsed());
    let text = match exit {
        Exit::Ok => format!("\nAll of it works: {} in {took}.", plain(&order)),
        _ => format!("\nThe order {} waits: peeker actions --order {}", plain(&order), plain(&order)),
    };
    let data = json!({"order_id": order, "steps": run.steps});
    Ok(Report::new(data, text).ending(exit))
}

/// The order, and how the program ends.
async fn all_steps(run: &mut Run<'_>, arguments: &Arguments, way: &Way) -> Result<(String, Exit), Failure> {
    let names = steps::Names::choose(arguments)?;
    let context = run.context;
    let began = Instant::now();
    let (target, live) = match way {
        Way::Peeker(peeker, _) => {
            let key = direct::key(arguments, peeker).await;
            (peeker.clone(), run.settle("key", began, key)?)
        }
        Way::Checkout => {
            let session = checkout::session(context, arguments, &names.customer).await;
            run.settle("session", began, session)?
        }
    };
    let began = Instant::now();
    let free = run.settle("availability", began, steps::availability(&target, &names).await)?;

    let began = Instant::now();
    let imported = steps::import(context, arguments, &target, &names, live).await;
    let imported = run.settle("import", began, imported)?;

    let began = Instant::now();
    let placed = match (steps::domains(imported, free), way) {
        (Ok(domains), Way::Peeker(_, login)) => {
            direct::order(&target, arguments, login, &names.customer, &domains).await
        }
        (Ok(domains), Way::Checkout) => checkout::order(&target, &domains).await,
        (Err(failure), _) => Err(failure),
    };
    let order = run.settle("order", began, placed)?;

    let began = Instant::now();
    let sides = match way {
        Way::Peeker(peeker, _) => wait::Sides { upstream: Some(peeker.clone()), here: context.api().ok() },
        Way::Checkout => wait::Sides { upstream: context.peeker().ok(), here: Some(target) },
    };
    let status = wait::until_final(context, arguments.timeout, &sides, &order).await;
    let exit = run.settle("status", began, status)?;
    Ok((order, exit))
}
