//! Calls of the smoke test to the checkout API: minting a session like the partner's backend, and ordering like the
//! widget: with the same machine.

use super::arguments::Arguments;
use super::step::Step;
use super::steps::{personas, placed, refuse_live};
use crate::commands::session::mint_for;
use crate::context::Context;
use crate::driver::Driver;
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::json::{shown, text};
use crate::secret::Secret;
use serde_json::{Value, json};
use shared::protocol::order::{Input, OrderClient, OrderState};
use shared::protocol::problem::Problem;
use std::time::{Duration, Instant};

/// Lifetime of the session beyond the waiting time.
const SPARE: Duration = Duration::from_secs(10 * 60);
/// Time limit for an order with an unknown result: the functions search for a lost one repeatedly.
const PLACING: Duration = Duration::from_secs(2 * 60);
/// Longest pause in milliseconds between two reads of the order.
pub(super) const LONGEST: u64 = 2_000;

/// A session, and whether the deployment uses a live key.
pub(super) async fn session(
    context: &Context,
    arguments: &Arguments,
    customer: &str,
) -> Result<(Step, (Target, bool)), Failure> {
    let lifetime = arguments.timeout.saturating_add(arguments.import_timeout).saturating_add(SPARE);
    let minted = mint_for(context, customer, arguments.client_id, lifetime).await?;
    let token = Secret::new(text(&minted, "/token").unwrap_or_default());
    let ready = context.checkout("", &token)?.get("/readyz", &[]).await.map_err(not_ready)?.data();
    let environment = shown(&ready, "/environment");
    if environment != "test" {
        let called = if environment == "live" { "live" } else { "unknown, so perhaps live" };
        refuse_live(arguments, &format!("The deployment's key is {called}"))?;
    }
    let session = context.checkout("/v1", &token)?;
    let shown_plan = session.get("/session", &[]).await?.data();
    let what = format!(
        "{} for {customer}, {} domains, {environment} key",
        shown(&minted, "/id"),
        shown(&shown_plan, "/plan/required_domains/total"),
    );
    let data = json!({"id": shown(&minted, "/id"), "environment": environment, "plan": shown_plan.get("plan")});
    Ok((Step::ok("session", what, data), (session, environment != "test")))
}

fn not_ready(failure: Failure) -> Failure {
    if failure.number("http_status") != Some(503) {
        return failure;
    }
    let message = "The deployment is not ready: its table or Peeker does not answer, or Peeker refuses its key.";
    Failure { message: message.to_owned(), ..failure }.advise("Its address with /readyz says which of them it is.")
}

/// The order's id, and what watches it.
pub(super) async fn order(session: &Target, domains: &[String]) -> Result<(Step, (String, Driver)), Failure> {
    let rows: Vec<Value> = domains.iter().map(|domain| json!({ "domain": domain })).collect();
    let draft = json!({ "domains": rows, "personas": personas() });
    let until = Instant::now() + PLACING;
    let mut driver = Driver::new(OrderClient::default().looking_every(LONGEST), session.clone());
    driver.input(Input::Connect).await;
    if !driver.is_open() {
        return Err(driver.into_failure().unwrap_or_else(still_placing));
    }
    driver.input(Input::Place(draft.clone())).await;
    loop {
        match driver.order() {
            OrderState::Placed { id, receipt, order, .. } => {
                let receipt = receipt.or(order).unwrap_or_else(|| json!({ "id": id }));
                return Ok((placed(&id, domains, receipt), (id, driver)));
            }
            // One session places one order: the button may be pressed again.
            OrderState::Unconfirmed { problem: None } if Instant::now() < until => {
                driver.input(Input::Place(draft.clone())).await;
            }
            OrderState::None { problem: Some(problem), .. } | OrderState::Unconfirmed { problem: Some(problem) } => {
                return Err(driver.into_failure().unwrap_or_else(|| refused(&problem)));
            }
            OrderState::None { problem: None, .. } => {
                let message = "The order did not reach Peeker, and nothing was ordered.";
                return Err(
                    Failure::new(Exit::Temporary, "order_not_placed", message).advise("Run the smoke test again.")
                );
            }
            _ if Instant::now() >= until => return Err(still_placing()),
            _ => driver.wait(until).await,
        }
    }
}

fn refused(problem: &Problem<Value>) -> Failure {
    Failure::new(Exit::Refused, problem.code.clone(), problem.message.clone())
}

fn still_placing() -> Failure {
    let message = "The order was sent, and its outcome is still unknown.";
    Failure::new(Exit::Temporary, "still_placing", message)
        .advise("The functions keep searching for it. Check later: peeker orders list")
}
