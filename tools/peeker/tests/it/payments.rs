//! The recipe of docs/payments.md that authorises before an order and captures after it, run by Node with Stripe's package
//! against a stand-in of its endpoints. Run by `cargo xtask test backends`.

use crate::backends::project;
use crate::shop::{Shop, form};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const FOUR: [&str; 4] = ["acme-mail.com", "getacme.com", "acme-hq.com", "tryacme.com"];

/// Payments by id, and the ids by idempotency key.
#[derive(Debug, Default)]
struct Account {
    payments: BTreeMap<String, Value>,
    keys: BTreeMap<String, String>,
    calls: Vec<String>,
}

type Stripe = Arc<Mutex<Account>>;

fn missing() -> Response {
    let error = json!({"type": "invalid_request_error", "code": "resource_missing", "message": "No such payment"});
    (StatusCode::NOT_FOUND, Json(json!({ "error": error }))).into_response()
}

async fn create(State(stripe): State<Stripe>, headers: axum::http::HeaderMap, body: String) -> Response {
    let form = form(&body);
    let mut account = stripe.lock().unwrap();
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let id = account.keys.get(&key).cloned().unwrap_or_else(|| format!("pi_{}", account.payments.len() + 1));
    account.keys.insert(key, id.clone());
    let metadata = json!({"session": form["metadata[session]"], "quote": form["metadata[quote]"]});
    let payment = json!({
        "id": id, "object": "payment_intent", "amount": form["amount"].parse::<u64>().unwrap(), "amount_capturable": 0,
        "currency": form["currency"], "capture_method": form["capture_method"], "metadata": metadata,
        "status": "requires_payment_method", "last_payment_error": null,
    });
    Json(account.payments.entry(id).or_insert(payment).clone()).into_response()
}

async fn show(State(stripe): State<Stripe>, Path(id): Path<String>) -> Response {
    stripe.lock().unwrap().payments.get(&id).cloned().map_or_else(missing, |payment| Json(payment).into_response())
}

async fn act(State(stripe): State<Stripe>, Path((id, action)): Path<(String, String)>) -> Response {
    let mut account = stripe.lock().unwrap();
    account.calls.push(format!("{action} {id}"));
    let Some(payment) = account.payments.get_mut(&id) else { return missing() };
    if payment["status"] != "requires_capture" {
        let error =
            json!({"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "message": "No."});
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    }
    payment["status"] = json!(if action == "capture" { "succeeded" } else { "canceled" });
    Json(payment.clone()).into_response()
}

/// The customer's bank says yes, or no.
fn confirm(stripe: &Stripe, id: &str, is_yes: bool) {
    let mut account = stripe.lock().unwrap();
    let payment = account.payments.get_mut(id).unwrap();
    if is_yes {
        (payment["status"], payment["amount_capturable"]) = (json!("requires_capture"), payment["amount"].clone());
    } else {
        payment["last_payment_error"] = json!({"type": "card_error", "message": "Your card was declined."});
    }
}

/// A shop with this account of Stripe.
async fn shop(stripe: &Stripe) -> Shop {
    let routes = Router::new()
        .route("/v1/payment_intents", post(create))
        .route("/v1/payment_intents/{id}", get(show))
        .route("/v1/payment_intents/{id}/{action}", post(act))
        .with_state(Arc::clone(stripe));
    Shop::open(routes).await
}

/// What `checkout.approve` is called with for `quote`.
fn asked(session: &str, quote: &Value) -> Value {
    json!({"session": session, "quote": quote["id"], "amount_cents": quote["total_cents"], "currency": quote["currency"]})
}

#[tokio::test]
#[ignore = "needs stripe: cargo xtask test backends"]
async fn stripe_recipe_authorises_then_captures_or_cancels() {
    let stripe = Stripe::default();
    let shop = shop(&stripe).await;
    let run = async |name: &str, argument: &Value| shop.run("payments", name, argument).await;
    let session = |id: &str| shop.session(id, "client@example.com", json!({"approval": "token"}));
    let token = session("ses_1");
    let quote = shop.quote(&token, &FOUR).await;
    let (status, refused) = shop.order(&token, &FOUR, &quote, None).await;
    assert_eq!((status, &refused["error"]["code"]), (402, &json!("approval_required")), "{refused}");
    let details = &refused["error"]["details"];
    assert_eq!((&details["quote"], &details["amount_cents"]), (&quote["id"], &quote["total_cents"]));
    let payment = run("begin", &asked("ses_1", &quote)).await;
    let again = run("begin", &asked("ses_1", &quote)).await;
    assert_eq!(again["id"], payment["id"], "pressing the button twice makes one payment");
    let id = payment["id"].as_str().unwrap().to_owned();
    confirm(&stripe, &id, false);
    assert_eq!(run("approve", &json!(id)).await, json!({"refused": "Your card was declined."}));
    confirm(&stripe, &id, true);
    let approved = run("approve", &json!(id)).await;
    let (status, placed) = shop.order(&token, &FOUR, &quote, Some(&approved["approval"])).await;
    assert_eq!(status, 201, "{placed}");

    // A payment for an order that comes to nothing.
    let other = session("ses_2");
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    let quote = shop.quote(&other, &names).await;
    let unused = run("begin", &asked("ses_2", &quote)).await["id"].as_str().unwrap().to_owned();
    confirm(&stripe, &unused, true);
    let approved = run("approve", &json!(unused)).await;
    let (status, refused) = shop.order(&other, &FOUR, &quote, Some(&approved["approval"])).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("quote_mismatch")), "{refused}");

    // An approval that the partner gave in another way, and one of a payment that Stripe does not know.
    let partner = shop.harness.stack.values.partner_key.clone();
    for (name, payment) in [("ses_3", None), ("ses_4", Some("pi_unknown"))] {
        let third = session(name);
        let names = ["a", "b", "c", "d"].map(|letter| format!("{}-{letter}.com", name.replace('_', "-")));
        let names = names.each_ref().map(String::as_str);
        let quote = shop.quote(&third, &names).await;
        let approval = if let Some(id) = payment {
            json!(shop.approval(id, name, &quote))
        } else {
            let (status, made) = shop.call("/v1/approvals", &partner, asked(name, &quote)).await;
            assert_eq!(status, 201, "{made}");
            made["data"]["token"].clone()
        };
        let (status, placed) = shop.order(&third, &names, &quote, Some(&approval)).await;
        assert_eq!(status, 201, "{placed}");
    }

    let stopped = shop.try_run("payments", "settle", &json!("2026-01-01")).await.ended(1);
    assert!(stopped.stderr.contains("No such payment"), "{}", stopped.stderr);
    assert_eq!(stripe.lock().unwrap().calls, [format!("capture {id}")], "the other payments are taken all the same");
    let lost = json!({"id": "pi_unknown", "object": "payment_intent", "status": "canceled"});
    stripe.lock().unwrap().payments.insert("pi_unknown".to_owned(), lost);
    let since = run("settle", &json!("2026-01-01")).await;
    assert_eq!(stripe.lock().unwrap().calls, [format!("capture {id}")]);

    // The customer looks at the prices again, and pays for the new quote: the first payment is given back.
    let quote = shop.quote(&other, &names).await;
    let used = run("begin", &asked("ses_2", &quote)).await["id"].as_str().unwrap().to_owned();
    confirm(&stripe, &used, true);
    let approved = run("approve", &json!(used)).await;
    let (status, placed) = shop.order(&other, &names, &quote, Some(&approved["approval"])).await;
    assert_eq!(status, 201, "{placed}");
    for since in [since, json!("2026-01-01")] {
        run("settle", &since).await;
        let mut calls = stripe.lock().unwrap().calls.clone();
        calls.sort();
        let mut expected = [format!("cancel {unused}"), format!("capture {id}"), format!("capture {used}")];
        expected.sort();
        assert_eq!(calls, expected, "each payment ends once");
    }
}

#[test]
fn document_contains_the_recipes() {
    let read = |file: &str| std::fs::read_to_string(project().join("docs").join(file)).unwrap();
    for recipe in ["payments", "invoices"] {
        let text = read(&format!("backends/node/{recipe}.mjs"));
        assert!(read("payments.md").contains(text.trim_end()), "docs/payments.md shows another {recipe}.mjs");
    }
}
