//! Failures that a visitor of the demo can cause: each button becomes calls to the sandbox's control surface.

use crate::partner::Partner;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// Number of calls that a scripted fault affects.
const CALLS: u32 = 3;
/// Delay of a slow Peeker in milliseconds.
const SLOW_MS: u64 = 4_000;
/// Price of a domain after an increase, in cents per year.
const INCREASED_CENTS: u32 = 4_900;

/// The failure, and what it applies to.
#[derive(Debug, Deserialize)]
pub(crate) struct Trouble {
    what: String,
    /// The picks.
    #[serde(default)]
    domains: Vec<String>,
    /// The order that was placed.
    #[serde(default)]
    order: Option<String>,
}

/// `POST /demo/trouble`: causes the failure, and describes its effect.
pub(crate) async fn make(State(partner): State<Partner>, Json(trouble): Json<Trouble>) -> Response {
    let first = trouble.domains.first();
    let (said, calls) = match (trouble.what.as_str(), first, &trouble.order) {
        ("down", ..) => {
            let fault = json!({"status": 503, "times": CALLS});
            (format!("The next {CALLS} calls to Peeker fail."), vec![("POST", "/faults".to_owned(), fault)])
        }
        ("slow", ..) => {
            let fault = json!({"delay_ms": SLOW_MS, "times": CALLS});
            (format!("The next {CALLS} calls to Peeker take 4 seconds."), vec![("POST", "/faults".to_owned(), fault)])
        }
        ("lost-answer", ..) => {
            let fault = json!({"method": "POST", "path": "/orders", "drop": "after"});
            (
                "Peeker will accept the next order, and the response will be lost.".to_owned(),
                vec![("POST", "/faults".to_owned(), fault)],
            )
        }
        ("price-increase" | "taken", None, _) => return refuse("Pick a domain first."),
        ("price-increase", Some(_), _) => {
            let outcome =
                json!({"outcome": "available", "price_cents": INCREASED_CENTS, "renewal_price_cents": INCREASED_CENTS});
            let each = |name: &String| ("PUT", format!("/domains/{name}"), outcome.clone());
            ("Your picks cost more now. Continue to the order.".to_owned(), trouble.domains.iter().map(each).collect())
        }
        ("taken", Some(name), _) => {
            let call = ("PUT", format!("/domains/{name}"), json!({"outcome": "taken"}));
            (format!("Another customer has registered {name}. Continue to the order."), vec![call])
        }
        ("resolve", _, None) => return refuse("Place an order first."),
        ("resolve", _, Some(order)) => {
            let call = ("POST", format!("/orders/{order}/resolve"), Value::Null);
            ("The picture can be opened now; the setup continues.".to_owned(), vec![call])
        }
        ("none", ..) => ("Peeker works again.".to_owned(), vec![("DELETE", "/faults".to_owned(), Value::Null)]),
        _ => return refuse("Unknown failure."),
    };
    for (method, path, body) in calls {
        if let Err(error) = control(&partner, method, &path, &body).await {
            return (StatusCode::BAD_GATEWAY, Json(json!({"said": error}))).into_response();
        }
    }
    Json(json!({"said": said})).into_response()
}

fn refuse(said: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"said": said}))).into_response()
}

async fn control(partner: &Partner, method: &str, path: &str, body: &Value) -> Result<(), String> {
    let url = format!("{}{path}", partner.control);
    let method = method.parse().unwrap_or(reqwest::Method::POST);
    let request = partner.http.request(method, url);
    let request = if body.is_null() { request } else { request.json(body) };
    let answer = request.send().await.map_err(|error| error.to_string())?;
    match answer.status().is_success() {
        true => Ok(()),
        false => Err(answer.text().await.unwrap_or_default()),
    }
}
