//! Waits for the order's status: from webhooks at our API, or from upstream if there is no API.

use super::checkout::LONGEST;
use super::step::Step;
use crate::commands::actions::instruction;
use crate::commands::orders::show::get;
use crate::context::Context;
use crate::driver::Driver;
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::json::{rows, shown};
use crate::settings::Name;
use crate::times;
use serde_json::{Value, json};
use shared::protocol::order::{Input, OrderClient, OrderState};
use std::time::{Duration, Instant};

/// Pause between two reads.
const PAUSE: Duration = Duration::from_secs(1);
/// Time limit for an event after upstream reports the order as final: the first delivery attempt is immediate.
const GRACE: Duration = Duration::from_secs(30);
/// The same limit in the demo, without network latency.
const LOCAL_GRACE: Duration = Duration::from_secs(3);

/// The order, and the APIs that know it.
pub(super) struct Watched {
    /// Watches the order at our API, or at Peeker if there is no API.
    driver: Driver,
    /// Whether that status comes from webhooks.
    by_webhook: bool,
    /// Peeker, to find the cause of a delay at our API.
    upstream: Option<Target>,
}

impl Watched {
    /// What a customer's session has placed.
    pub(super) fn by_session(driver: Driver, upstream: Option<Target>) -> Self {
        Self { driver, by_webhook: true, upstream }
    }

    /// What was placed at Peeker, watched with the partner's key of our API if there is one.
    pub(super) async fn by_key(peeker: &Target, here: Option<Target>, order: &str) -> Self {
        let by_webhook = here.is_some();
        let client = OrderClient::of_partner().looking_every(LONGEST);
        let mut driver = Driver::new(client, here.unwrap_or_else(|| peeker.clone()));
        driver.input(Input::Watch(order.to_owned())).await;
        Self { driver, by_webhook, upstream: by_webhook.then(|| peeker.clone()) }
    }

    /// The order as it was read last; nothing when it is not known there. Before the first event, our API may not know it.
    fn seen(&self) -> Result<Option<Value>, Failure> {
        match (self.driver.order(), self.driver.failure()) {
            (_, Some(failure)) if matches!(failure.exit, Exit::NotAuthorised | Exit::Refused) => Err(failure.clone()),
            (OrderState::Placed { order, .. }, _) => Ok(order),
            _ => Ok(None),
        }
    }

    /// Waits, and looks again at an order that was not known, or that was final before its event arrived.
    async fn go_on(&mut self, order: &str) {
        self.driver.wait(Instant::now() + PAUSE).await;
        match self.driver.order() {
            OrderState::Placed { is_final: true, is_own: true, .. } => self.driver.input(Input::Connect).await,
            OrderState::Placed { is_final: false, .. } => {}
            _ => self.driver.input(Input::Watch(order.to_owned())).await,
        }
    }
}

/// Watches until the order is final, waits for an action, or the time is over.
pub(super) async fn until_final(
    context: &Context,
    timeout: Duration,
    mut watched: Watched,
    order: &str,
) -> Result<(Step, Exit), Failure> {
    let grace = if context.settings.found(Name::SandboxControl).is_some() { LOCAL_GRACE } else { GRACE };
    let began = Instant::now();
    let mut final_upstream: Option<Instant> = None;
    let progress = context.output.progress();
    loop {
        let seen = watched.seen()?;
        if let Some(step) = seen.as_ref().and_then(|seen| ending(seen, watched.by_webhook)) {
            return step;
        }
        let upstream = match &watched.upstream {
            Some(upstream) => get(upstream, order).await.ok(),
            None if watched.by_webhook => None,
            None => seen.clone(),
        };
        let here = seen.filter(|_| watched.by_webhook);
        let status = upstream.as_ref().map(|order| shown(order, "/status"));
        if final_upstream.is_none() && status.as_deref().is_some_and(is_final) {
            final_upstream = Some(Instant::now());
        }
        let lost = final_upstream.is_some_and(|since| since.elapsed() > grace);
        if lost || began.elapsed() > timeout {
            return Err(late(context, order, status.as_deref(), here.as_ref(), began.elapsed()));
        }
        progress.show(&format!(
            "{order}: {} at Peeker, {} here, {}",
            status.as_deref().unwrap_or("not checked"),
            here.as_ref().map_or_else(|| "unknown".to_owned(), |here| shown(here, "/status")),
            times::duration_words(began.elapsed().as_secs())
        ));
        watched.go_on(order).await;
    }
}

fn is_final(status: &str) -> bool {
    matches!(status, "completed" | "failed" | "cancelled")
}

/// The result, once the order is final. With our API, a status counts if it came from an event.
fn ending(order: &Value, by_webhook: bool) -> Option<Result<(Step, Exit), Failure>> {
    let status = shown(order, "/status");
    let events: Vec<String> = rows(order, "/timeline").iter().map(|entry| shown(entry, "/type")).collect();
    let brought = events.contains(&format!("order.{status}"));
    if by_webhook && !brought {
        return None;
    }
    let data = json!({"status": status, "events": events, "by_webhook": by_webhook});
    let how = match by_webhook {
        true => format!("{status}, by {} webhooks: {}", events.len(), in_words(&events)),
        false => format!("{status} at Peeker; set PEEKER_API and PEEKER_PARTNER_KEY to test the webhooks, too"),
    };
    match status.as_str() {
        "completed" => Some(Ok((Step::ok("status", how, data), Exit::Ok))),
        "failed" | "cancelled" => {
            let failure = Failure::new(Exit::Refused, "order_failed", format!("The order ended as {status}."));
            Some(Err(failure.with("order", order.clone())))
        }
        "action_required" => {
            let actions: Vec<String> = rows(order, "/pending_actions").iter().map(instruction).collect();
            let what = format!("{status}: {}", actions.join("; "));
            Some(Ok((Step::skipped("status", what, data), Exit::Waiting)))
        }
        _ => None,
    }
}

/// `order.in_progress, domain.connected ×2, order.completed`.
fn in_words(events: &[String]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for event in events {
        match counted.iter_mut().find(|(known, _)| known == event) {
            Some((_, count)) => *count += 1,
            None => counted.push((event, 1)),
        }
    }
    let word =
        |(event, count): &(&str, usize)| if *count > 1 { format!("{event} ×{count}") } else { (*event).to_owned() };
    counted.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The error after a timeout, with its likely cause.
fn late(context: &Context, order: &str, upstream: Option<&str>, here: Option<&Value>, waited: Duration) -> Failure {
    let heard = here.map_or_else(|| "nothing".to_owned(), |here| shown(here, "/status"));
    let waited = times::duration_words(waited.as_secs());
    let receiver = context.api_base().map(|base| format!("{base}/v1/webhooks/peeker")).unwrap_or_default();
    let webhooks = format!(
        "In Peeker's portal the webhook's address has to be {receiver},\n\
         and its secret of this environment has to be the functions' WEBHOOK_SECRETS_TEST or _LIVE.\n\
         Check a delivery that was refused: peeker webhook verify"
    );
    let go_on = format!("Live orders take up to 24 hours. Keep watching: peeker orders watch {order}");
    match upstream {
        Some(status) if is_final(status) => {
            let message = format!("Status at Peeker: {status}. Status from webhooks after {waited}: {heard}.");
            Failure::new(Exit::Refused, "webhook_missing", message).advise(webhooks)
        }
        Some(status) => {
            let message = format!("After {waited}, the status at Peeker is still {status}.");
            Failure::new(Exit::Temporary, "still_in_progress", message).advise(go_on)
        }
        None => {
            let message =
                format!("After {waited}, no webhook has reported the order as completed; its status is {heard}.");
            Failure::new(Exit::Temporary, "still_in_progress", message).advise(format!(
                "{go_on}\nIf Peeker's portal shows it as completed, its webhooks do not arrive.\n{webhooks}"
            ))
        }
    }
}
