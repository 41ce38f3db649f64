//! `peeker smoke`: places a small order, and follows it step by step.

mod arguments;
mod checkout;
mod direct;
mod step;
mod steps;
mod wait;

pub(crate) use arguments::Arguments;

use crate::commands::smoke::step::{Outcome, Step};
use crate::context::{Context, Via};
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::output::{Report, Tone, plain};
use crate::settings::Name;
use crate::times;
use serde_json::{Value, json};
use std::time::Instant;

/// The state of the run.
struct Run<'c> {
    context: &'c Context,
    steps: Vec<Value>,
    started: Instant,
}

impl Run<'_> {
    /// Prints a step with its duration since `began`.
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

    /// Prints the result of the step `name`, and returns the value for the next step.
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

/// The target of the calls.
enum Way {
    /// Peeker directly.
    Peeker(Target, direct::Login),
    /// The checkout API, as the widget uses it.
    Checkout,
}

impl Way {
    /// Sends nothing: missing settings are reported before the first call.
    fn choose(context: &Context, via: Option<Via>) -> Result<Self, Failure> {
        match context.side(via) {
            Via::Peeker => Ok(Self::Peeker(context.peeker()?, direct::login(context)?)),
            Via::Api => {
                context.api_base()?;
                // Either key can mint a session.
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
        Exit::Ok => format!("\nSmoke test passed: {} in {took}.", plain(&order)),
        _ => format!("\nThe order {} has pending actions: peeker actions --order {}", plain(&order), plain(&order)),
    };
    let data = json!({"order_id": order, "steps": run.steps});
    Ok(Report::new(data, text).ending(exit))
}

/// Returns the order's id, and the exit code.
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
    let (order, watched) = match (steps::domains(imported, free), way) {
        (Ok(domains), Way::Peeker(peeker, login)) => {
            let placed = direct::order(&target, arguments, login, &names.customer, &domains).await;
            let order = run.settle("order", began, placed)?;
            let watched = wait::Watched::by_key(peeker, context.api().ok(), &order).await;
            (order, watched)
        }
        (Ok(domains), Way::Checkout) => {
            let placed = checkout::order(&target, &domains).await;
            let (order, driver) = run.settle("order", began, placed)?;
            (order, wait::Watched::by_session(driver, context.peeker().ok()))
        }
        (Err(failure), _) => return run.settle("order", began, Err(failure)),
    };
    let began = Instant::now();
    let status = wait::until_final(context, arguments.timeout, watched, &order).await;
    let exit = run.settle("status", began, status)?;
    Ok((order, exit))
}
