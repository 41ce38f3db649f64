//! The recipe of docs/payments.md that invoices a month from the ledger, run by Node with Stripe's package against a stand-in
//! of its endpoints. Run by `cargo xtask test backends`.

use crate::shop::{Shop, form};
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Customers, invoices by id, and the lines of each invoice.
#[derive(Debug, Default)]
struct Account {
    customers: Vec<Value>,
    invoices: BTreeMap<String, Value>,
    made: usize,
    /// The number of lines after which requests fail.
    fails_after: Option<usize>,
    lines: Vec<(String, u64, String)>,
}

type Stripe = Arc<Mutex<Account>>;

fn list(data: &[Value]) -> Response {
    Json(json!({"object": "list", "data": data, "has_more": false, "url": "/v1"})).into_response()
}

async fn find_customer(State(stripe): State<Stripe>, RawQuery(query): RawQuery) -> Response {
    let email = form(&query.unwrap_or_default())["email"].clone();
    let account = stripe.lock().unwrap();
    let found: Vec<Value> = account.customers.iter().filter(|known| known["email"] == email).cloned().collect();
    list(&found)
}

async fn add_customer(State(stripe): State<Stripe>, body: String) -> Response {
    let mut account = stripe.lock().unwrap();
    let id = format!("cus_{}", account.customers.len() + 1);
    account.customers.push(json!({"id": id, "object": "customer", "email": form(&body)["email"]}));
    Json(account.customers.last().cloned()).into_response()
}

async fn find_invoices(State(stripe): State<Stripe>, RawQuery(query): RawQuery) -> Response {
    let customer = form(&query.unwrap_or_default())["customer"].clone();
    let account = stripe.lock().unwrap();
    let found: Vec<Value> =
        account.invoices.values().filter(|invoice| invoice["customer"] == customer).cloned().collect();
    list(&found)
}

async fn add_invoice(State(stripe): State<Stripe>, body: String) -> Response {
    let (mut account, form) = (stripe.lock().unwrap(), form(&body));
    account.made += 1;
    let id = format!("in_{}", account.made);
    let invoice = json!({"id": id, "object": "invoice", "status": "draft", "customer": form["customer"],
        "currency": form["currency"], "metadata": {"key": form["metadata[key]"]}});
    account.invoices.insert(id, invoice.clone());
    Json(invoice).into_response()
}

async fn add_line(State(stripe): State<Stripe>, body: String) -> Response {
    let (mut account, form) = (stripe.lock().unwrap(), form(&body));
    if account.fails_after.is_some_and(|most| account.lines.len() >= most) {
        let error = json!({"error": {"type": "invalid_request_error", "message": "No."}});
        return (axum::http::StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let line = (form["invoice"].clone(), form["amount"].parse().unwrap(), form["description"].clone());
    account.lines.push(line);
    Json(json!({"id": "ii_1", "object": "invoiceitem"})).into_response()
}

async fn remove(State(stripe): State<Stripe>, Path(id): Path<String>) -> Response {
    let mut account = stripe.lock().unwrap();
    account.invoices.remove(&id);
    account.lines.retain(|(invoice, ..)| *invoice != id);
    Json(json!({"id": id, "object": "invoice", "deleted": true})).into_response()
}

async fn finalize(State(stripe): State<Stripe>, Path(id): Path<String>) -> Response {
    let mut account = stripe.lock().unwrap();
    let invoice = account.invoices.get_mut(&id).unwrap();
    invoice["status"] = json!("open");
    Json(invoice.clone()).into_response()
}

/// The lines of the finalized invoices by customer: sorted amounts.
fn owed(stripe: &Stripe) -> BTreeMap<String, Vec<u64>> {
    let account = stripe.lock().unwrap();
    let mut owed: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (invoice, cents, _) in &account.lines {
        assert_eq!(account.invoices[invoice]["status"], "open");
        let customer = &account.invoices[invoice]["customer"];
        let known = account.customers.iter().find(|known| known["id"] == *customer).unwrap();
        owed.entry(known["email"].as_str().unwrap().to_owned()).or_default().push(*cents);
    }
    owed.values_mut().for_each(|lines| lines.sort_unstable());
    owed
}

#[tokio::test]
#[ignore = "needs stripe: cargo xtask test backends"]
async fn invoice_recipe_charges_each_order_of_the_ledger_once() {
    let stripe = Stripe::default();
    let routes = Router::new()
        .route("/v1/customers", get(find_customer).post(add_customer))
        .route("/v1/invoices", get(find_invoices).post(add_invoice))
        .route("/v1/invoices/{id}", delete(remove))
        .route("/v1/invoices/{id}/finalize", post(finalize))
        .route("/v1/invoiceitems", post(add_line))
        .with_state(Arc::clone(&stripe));
    let shop = Shop::open(routes).await;
    let mut month = Value::Null;
    // Four domains at 19.00 and 25.00, and a plan of 40.00 for one of the customers; one customer is forgotten.
    for (number, customer, cents, plan) in [
        (1, "ann@example.com", 1_900, None),
        (2, "ann@example.com", 2_500, None),
        (3, "bob@example.com", 1_900, Some(4_000)),
        (4, "carol@example.com", 1_900, None),
    ] {
        let mut pricing = json!({"show": "retail", "currency": "usd", "domains": [{"tld": "*", "price_cents": cents}]});
        if let Some(cents) = plan {
            pricing["plan"] = json!({"price_cents": cents, "per": "month"});
        }
        let further = json!({"pricing": pricing, "reference": format!("sale-{number}")});
        let token = shop.session(&format!("ses_{number}"), customer, further);
        let names: Vec<String> = (0..4).map(|index| format!("order-{number}-{index}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let quote = shop.quote(&token, &names).await;
        let (status, placed) = shop.order(&token, &names, &quote, None).await;
        assert_eq!(status, 201, "{placed}");
        month = json!(placed["data"]["created_at"].as_str().and_then(|at| at.get(..7)));
    }
    // Another order of bob's was paid before it was placed.
    let pricing = json!({"show": "retail", "currency": "usd", "domains": [{"tld": "*", "price_cents": 1_900}]});
    let token = shop.session("ses_5", "bob@example.com", json!({"pricing": pricing, "approval": "token"}));
    let names = ["paid-0.com", "paid-1.com", "paid-2.com", "paid-3.com"];
    let quote = shop.quote(&token, &names).await;
    let approval = json!(shop.approval("pi_paid", "ses_5", &quote));
    let (status, placed) = shop.order(&token, &names, &quote, Some(&approval)).await;
    assert_eq!(status, 201, "{placed}");
    let partner_key = shop.harness.stack.values.partner_key.clone();
    let (status, forgotten) =
        shop.call("/v1/customers/forget", &partner_key, json!({"customer": "carol@example.com"})).await;
    assert_eq!(status, 200, "{forgotten}");
    // The first run stops in the middle of an invoice.
    stripe.lock().unwrap().fails_after = Some(1);
    let stopped = shop.try_run("invoices", "invoice", &month).await;
    assert!(stopped.stderr.contains("No."), "{}", stopped.stderr);
    stripe.lock().unwrap().fails_after = None;
    let done = shop.run("invoices", "invoice", &month).await;
    assert_eq!(done["left"].as_array().map(Vec::len), Some(1), "{done}");
    let expected = BTreeMap::from([
        ("ann@example.com".to_owned(), vec![7_600, 10_000]),
        ("bob@example.com".to_owned(), vec![11_600]),
    ]);
    assert_eq!(owed(&stripe), expected);
    assert!(stripe.lock().unwrap().lines.iter().any(|(.., description)| description.contains("(sale-3)")));
    let again = shop.run("invoices", "invoice", &month).await;
    assert_eq!(again["made"], json!([]));
    assert_eq!(owed(&stripe), expected, "nothing is invoiced twice");
}
