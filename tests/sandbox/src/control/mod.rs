//! The HTTP control surface under `/_sandbox`: the methods of [`Sandbox`] as JSON, without a key.

mod requests;

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::outcome::DomainOutcome;
use crate::sandbox::Sandbox;
use requests::{Advance, Deliver, Hold, Speed, Webhooks};

/// A status and a body.
type Outcome = Result<Value, (StatusCode, String)>;

pub(crate) async fn handle(sandbox: &Sandbox, request: &Request<Bytes>) -> Response<Bytes> {
    let (status, body) = match route(sandbox, request).await {
        Ok(data) => (StatusCode::OK, json!({"data": data})),
        Err((status, message)) => {
            let code = if status == StatusCode::NOT_FOUND { "not_found" } else { "invalid_request" };
            (status, json!({"error": {"code": code, "message": message}}))
        }
    };
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn route(sandbox: &Sandbox, request: &Request<Bytes>) -> Outcome {
    let path: Vec<&str> = request.uri().path().split('/').filter(|part| !part.is_empty()).skip(1).collect();
    let body = request.body();
    match (request.method().as_str(), path.as_slice()) {
        ("GET", path) => show(sandbox, path),
        ("POST", ["pause" | "resume" | "speed" | "advance"]) => move_time(sandbox, &path, body).await,
        (method, path) => act(sandbox, method, path, body).await,
    }
}

fn show(sandbox: &Sandbox, path: &[&str]) -> Outcome {
    match path {
        [] => Ok(overview(sandbox)),
        ["faults"] => Ok(json!(sandbox.with(|state| state.faults.list()))),
        ["orders"] => Ok(json!(sandbox.orders())),
        ["customers", customer] => Ok(json!({"customer": customer, "orders": sandbox.orders_of(customer)})),
        ["events"] => Ok(json!(sandbox.events())),
        ["events", id, "signed"] => match sandbox.signed(id) {
            Some(signed) => Ok(json!(signed)),
            None => Err((StatusCode::NOT_FOUND, "no event with this id".to_owned())),
        },
        ["received"] => Ok(json!(sandbox.received())),
        _ => Err(unknown()),
    }
}

async fn move_time(sandbox: &Sandbox, path: &[&str], body: &Bytes) -> Outcome {
    match path {
        ["pause"] => sandbox.pause(),
        ["resume"] => sandbox.resume(),
        ["speed"] => {
            let Speed { speed } = read(body)?;
            if !(speed.is_finite() && speed > 0.0) {
                return Err(bad("speed must be a number above zero; POST /_sandbox/pause to stop"));
            }
            sandbox.set_speed(speed);
        }
        ["advance"] => {
            let Advance { seconds } = read(body)?;
            let by =
                Duration::try_from_secs_f64(seconds).map_err(|_| bad("seconds must be a number of zero or more"))?;
            sandbox.advance(by).await;
        }
        _ => return Err(unknown()),
    }
    Ok(overview(sandbox))
}

async fn act(sandbox: &Sandbox, method: &str, path: &[&str], body: &Bytes) -> Outcome {
    match (method, path) {
        ("POST", ["faults"]) => {
            let fault: Fault = read(body)?;
            sandbox.fail_next(fault);
            return show(sandbox, path);
        }
        ("DELETE", ["faults"]) => {
            sandbox.clear_faults();
            return show(sandbox, path);
        }
        ("DELETE", ["received"]) => {
            sandbox.forget_received();
            return show(sandbox, path);
        }
        ("PUT", ["domains", name]) => {
            let outcome: DomainOutcome = read(body)?;
            sandbox.set_domain(name, outcome.clone());
            return Ok(json!({"domain": name, "outcome": outcome}));
        }
        ("POST", ["imports", id, "switch"]) => {
            return found(sandbox.switch_nameservers(id), "no open import with this id");
        }
        ("POST", ["orders", id, "resolve"]) => {
            return found(sandbox.resolve_actions(id), "no order with this id that waits for an action");
        }
        ("POST", ["events", id, "deliver"]) => {
            return Ok(json!({"statuses": sandbox.deliver(&[(*id).to_owned()]).await}));
        }
        ("POST", ["deliver"]) => {
            let Deliver { event_ids } = read(body)?;
            return Ok(json!({"statuses": sandbox.deliver(&event_ids).await}));
        }
        ("POST", ["hold"]) => {
            let Hold { hold } = read(body)?;
            sandbox.hold_webhooks(hold);
        }
        ("PUT", ["webhooks"]) => {
            let Webhooks { url, secret } = read(body)?;
            sandbox.set_webhook_url(url);
            if let Some(secret) = secret {
                sandbox.set_webhook_secret(secret);
            }
        }
        ("POST", ["reset"]) => sandbox.reset(),
        _ => return Err(unknown()),
    }
    Ok(overview(sandbox))
}

fn unknown() -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, "no such control; the README of the sandbox lists them".to_owned())
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(body).map_err(|error| bad(&format!("cannot read the body: {error}")))
}

fn bad(message: &str) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, message.to_owned())
}

fn found(found: bool, message: &str) -> Outcome {
    if found { Ok(json!({"done": true})) } else { Err((StatusCode::NOT_FOUND, message.to_owned())) }
}

/// The state of the sandbox: clock, counts, webhooks. It contains no key and no secret.
fn overview(sandbox: &Sandbox) -> Value {
    sandbox.with(|state| {
        json!({
            "now": state.now(),
            "paused": state.clock.paused(),
            "speed": state.clock.speed(),
            "webhook_url": state.settings.webhook_url,
            "signature_template": state.settings.template,
            "holding_webhooks": state.hold,
            "held_deliveries": state.held.len(),
            "queued": state.queue.len(),
            "orders": {
                "test": state.worlds.test.orders.len(),
                "live": state.worlds.live.orders.len(),
            },
        })
    })
}
