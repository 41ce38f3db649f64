//! The smoke test's calls that only our functions take: a session as the partner's backend mints it, and the order as
//! the widget sends it.

use super::steps::{personas, placed, refuse_live};
use super::{Arguments, Step};
use crate::commands::session::mint_for;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::json::{shown, text};
use crate::secret::Secret;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What the session lives beyond the waiting.
const SPARE: Duration = Duration::from_secs(10 * 60);
/// How long an order may be on its way until its fate is known: the functions look for a lost one again and again.
const PLACING: Duration = Duration::from_secs(2 * 60);
/// Pause between two looks at an order that is on its way.
const PAUSE: Duration = Duration::from_secs(2);

/// A session, and whether the deployment's key is a live one.
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

/// The order's id.
pub(super) async fn order(session: &Target, domains: &[String]) -> Result<(Step, String), Failure> {
    let body = json!({ "domains": domains, "personas": personas() });
    let mut receipt = session.send(Method::POST, "/orders", &[], Some(&body)).await?.data();
    let began = Instant::now();
    // `202`: it is on its way, and its session tells once that is known.
    while text(&receipt, "/id").is_none() && began.elapsed() < PLACING {
        tokio::time::sleep(PAUSE).await;
        receipt = session.get("/session", &[]).await?.data().get("order").cloned().unwrap_or(Value::Null);
        if receipt.is_null() {
            let message = "The order did not reach Peeker, and nothing was ordered.";
            return Err(Failure::new(Exit::Temporary, "order_not_placed", message).advise("Run the smoke test again."));
        }
    }
    let Some(id) = text(&receipt, "/id").map(str::to_owned) else {
        let message = "The order is on its way, and its fate is still unknown.";
        return Err(Failure::new(Exit::Temporary, "still_placing", message)
            .advise("The functions go on looking for it; see later: peeker orders list"));
    };
    Ok((placed(&id, domains, receipt), id))
}
