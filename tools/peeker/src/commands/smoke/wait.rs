//! Waits for the order's status: as webhooks brought it to our API, or as upstream says where there is no API.

use super::Step;
use crate::commands::actions::instruction;
use crate::commands::orders::get;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::json::{rows, shown};
use crate::settings::Name;
use crate::times;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// How long an event may take after upstream itself calls the order final: the first delivery is tried at once.
const GRACE: Duration = Duration::from_secs(30);
/// The same in the demo, where nothing is far away.
const LOCAL_GRACE: Duration = Duration::from_secs(3);

/// Who can be asked how the order stands.
pub(super) struct Sides {
    /// Peeker, when there is a key for it.
    pub(super) upstream: Option<Target>,
    /// Our functions, when they are known: what they say was brought by webhooks.
    pub(super) here: Option<Target>,
}

/// Looks until the order is final, waits for somebody, or the time is over.
pub(super) async fn until_final(
    context: &Context,
    timeout: Duration,
    sides: &Sides,
    order: &str,
) -> Result<(Step, Exit), Failure> {
    let grace = if context.settings.found(Name::SandboxControl).is_some() { LOCAL_GRACE } else { GRACE };
    let began = Instant::now();
    let mut final_upstream: Option<Instant> = None;
    let mut progress = context.output.progress();
    loop {
        let by_webhook = sides.here.is_some();
        let upstream = match look(sides.upstream.as_ref(), order).await {
            // It is only asked to tell whose fault a delay is.
            Err(_) if by_webhook => None,
            looked => looked?,
        };
        // Until the first event comes, our side may never have heard of the order.
        let here = look(sides.here.as_ref(), order).await?;
        let seen = if by_webhook { &here } else { &upstream };
        if let Some(step) = seen.as_ref().and_then(|seen| ending(seen, by_webhook)) {
            return step;
        }
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
            status.as_deref().unwrap_or("not asked"),
            here.as_ref().map_or_else(|| "not heard of".to_owned(), |here| shown(here, "/status")),
            times::duration_words(began.elapsed().as_secs())
        ));
        tokio::time::sleep(PAUSE).await;
    }
}

/// The order as `side` has it; none where nobody is asked, or it is not known.
async fn look(side: Option<&Target>, order: &str) -> Result<Option<Value>, Failure> {
    match side {
        None => Ok(None),
        Some(side) => match get(side, order).await {
            Ok(order) => Ok(Some(order)),
            Err(failure) if failure.exit == Exit::NotFound => Ok(None),
            Err(failure) => Err(failure),
        },
    }
}

fn is_final(status: &str) -> bool {
    matches!(status, "completed" | "failed" | "cancelled")
}

/// How it ends, once it does. With our API in between, a status counts when an event brought it.
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
        false => format!("{status}, says Peeker; set PEEKER_API and PEEKER_PARTNER_KEY to test the webhooks, too"),
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

/// The time is over: whose fault is it?
fn late(context: &Context, order: &str, upstream: Option<&str>, here: Option<&Value>, waited: Duration) -> Failure {
    let heard = here.map_or_else(|| "nothing".to_owned(), |here| shown(here, "/status"));
    let waited = times::duration_words(waited.as_secs());
    let receiver = context.api_base().map(|base| format!("{base}/v1/webhooks/peeker")).unwrap_or_default();
    let webhooks = format!(
        "In Peeker's portal the webhook's address has to be {receiver},\n\
         and its secret of this environment has to be the functions' WEBHOOK_SECRETS_TEST or _LIVE.\n\
         Check a delivery that was refused: peeker webhook verify"
    );
    let go_on = format!("Live orders take up to 24 hours. Go on watching: peeker orders watch {order}");
    match upstream {
        Some(status) if is_final(status) => {
            let message =
                format!("Peeker says {status}, and the checkout API has heard {heard} by webhook in {waited}.");
            Failure::new(Exit::Refused, "webhook_missing", message).advise(webhooks)
        }
        Some(status) => {
            let message = format!("After {waited}, Peeker still says {status}.");
            Failure::new(Exit::Temporary, "still_in_progress", message).advise(go_on)
        }
        None => {
            let message = format!("After {waited}, no webhook has said that the order is completed; it is {heard}.");
            Failure::new(Exit::Temporary, "still_in_progress", message).advise(format!(
                "{go_on}\nShould Peeker's portal call it completed, its webhooks do not arrive.\n{webhooks}"
            ))
        }
    }
}
