//! Upstream's amounts reach no browser and no log, unless the session shows costs.

use crate::client::{Call, FOUR, Harness, draft};
use crate::log::Log;
use sandbox::{DomainOutcome, Drop, Fault};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a domain costs upstream, and its renewal: numbers that occur nowhere else.
const COSTS: [u64; 2] = [1_337, 7_331];

/// Everything that a browser and the log received.
struct Seen {
    texts: Vec<(String, String)>,
}

impl Seen {
    /// Sends `call` and keeps every byte of the answer.
    async fn send(&mut self, harness: &Harness, call: Call, status: u16) -> Value {
        let route = call.route();
        let reply = harness.send(call, status).await;
        self.texts.push((route, format!("{:?}\n{}", reply.headers, reply.text)));
        serde_json::from_str(&reply.text).unwrap_or_default()
    }

    /// The same for a call that may have one of several answers.
    async fn take(&mut self, harness: &Harness, call: Call) -> Value {
        let route = call.route();
        let reply = harness.exchange(call).await;
        self.texts.push((route, format!("{:?}\n{}", reply.headers, reply.text)));
        serde_json::from_str(&reply.text).unwrap_or_default()
    }

    /// The places in which one of `amounts` occurs, in cents or with a decimal point or comma.
    fn places(&self, amounts: &BTreeSet<u64>) -> Vec<String> {
        let mut found = Vec::new();
        for (place, text) in &self.texts {
            for amount in amounts {
                let (whole, cents) = (amount / 100, amount % 100);
                let forms = [amount.to_string(), format!("{whole}.{cents:02}"), format!("{whole},{cents:02}")];
                if let Some(form) = forms.iter().find(|form| has_number(text, form)) {
                    found.push(format!("{form} in {place}: {text}"));
                }
            }
        }
        found
    }
}

/// Whether `number` is in `text`, not as a part of a longer number or of an id.
fn has_number(text: &str, number: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(number).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + number.len()..).and_then(|after| after.chars().next());
        !is_part(before) && !is_part(after)
    })
}

/// What upstream's answers name: costs of domains, of all of them, and of the whole order.
fn amounts(harness: &Harness, total: u64) -> BTreeSet<u64> {
    let of_four = COSTS.map(|cents| 4 * cents);
    assert!(harness.orders_sent() > 0);
    COSTS.into_iter().chain(of_four).chain([total, 73_310, 4 * 73_310]).collect()
}

/// Words of upstream's with an amount in them.
fn words() -> String {
    format!("Each costs ${}.{:02} ({} cents).", COSTS[0] / 100, COSTS[0] % 100, COSTS[0])
}

/// The approval of what a refusal asks for.
fn approval(harness: &Harness, id: &str, asked: &Value) -> Value {
    let details = &asked["error"]["details"];
    let mut claims = json!({
        "aud": "peeker-checkout/approval", "jti": id, "exp": harness.stack.sandbox.now() + 1_800, "session": "ses_1",
        "quote": details["quote"],
    });
    for name in ["amount_cents", "currency"] {
        if let Some(value) = details.get(name) {
            claims[name] = value.clone();
        }
    }
    harness.sign(&claims).into()
}

/// Everything about the customer's own domains, with a job that upstream refuses.
async fn import(harness: &Harness, token: &str, seen: &mut Seen) {
    let body = |names: &[&str]| json!({ "domains": names });
    let post = |path: &str, body: &Value| Call::post(path).bearer(token).json(body);
    let get = |path: &str| Call::get(path).bearer(token);
    let refusal = json!({"error": {"code": "invalid_request", "field": "domains", "message": words()}}).to_string();
    harness.stack.sandbox.fail_next(Fault {
        status: Some(400),
        body: Some(refusal),
        ..Fault::on("POST", "/domains/import")
    });
    seen.take(harness, post("/v1/domains/import", &body(&["spare-acme.com"]))).await;
    let job = seen.take(harness, post("/v1/domains/import", &body(&["owned-acme.com"]))).await;
    let id = job["data"]["id"].as_str().unwrap();
    seen.take(harness, get(&format!("/v1/domains/import/{id}"))).await;
    seen.take(harness, get("/v1/domains/import?domains=owned-acme.com")).await;
    seen.send(harness, get("/v1/domains/claims"), 200).await;
    seen.take(harness, post(&format!("/v1/domains/import/{id}/release"), &body(&["owned-acme.com"]))).await;
    seen.take(harness, post("/v1/domains/claims/release", &body(&["owned-acme.com"]))).await;
}

/// An order that waits for its customer, with a message of upstream's.
async fn wait(harness: &Harness, id: &str) {
    let waits = json!({"id": id, "status": "action_required"});
    harness.deliver_event("evt_waits", "order.action_required", "2027-05-08T12:00:00Z", &waits).await;
    let action = json!({"id": "act_1", "type": "payment", "domain": FOUR[0], "message": words()});
    let body = Some(json!({"data": [action], "links": {"next": null}}).to_string());
    harness.stack.sandbox.fail_next(Fault { body, times: 2, ..Fault::on("GET", "/orders/pending") });
}

/// A customer's way through everything that shows an order, with what can go wrong; the amounts of upstream in it.
async fn walk(pricing: &Value) -> (Seen, BTreeSet<u64>) {
    let harness = Harness::start().await;
    for name in FOUR {
        harness.stack.sandbox.set_domain(name, DomainOutcome::priced(COSTS[0], COSTS[1]));
    }
    let mut claims = harness.claims("ses_1");
    (claims["pricing"], claims["approval"]) = (pricing.clone(), json!("token"));
    let token = harness.sign(&claims);
    let mut seen = Seen { texts: Vec::new() };
    import(&harness, &token, &mut seen).await;
    let names = json!({ "domains": FOUR });
    let post = |path: &str, body: &Value| Call::post(path).bearer(&token).json(body);
    let get = |path: &str| Call::get(path).bearer(&token);
    seen.send(&harness, get("/v1/session"), 200).await;
    seen.send(&harness, post("/v1/domains/availability", &names), 200).await;
    let quote = seen.send(&harness, post("/v1/quotes", &names), 200).await;
    let mut body = draft(&FOUR);
    body["quote"] = quote["data"]["token"].clone();
    // Refusals: a limit, changed names, an expired quote.
    claims["max_total_cents"] = json!(4 * COSTS[0] - 1);
    claims["jti"] = json!("ses_2");
    let limited = harness.sign(&claims);
    seen.send(&harness, Call::post("/v1/quotes").bearer(&limited).json(&names), 400).await;
    let asked = seen.send(&harness, post("/v1/orders", &body), 402).await;
    body["approval"] = approval(&harness, "pay_1", &asked);
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::Taken);
    seen.send(&harness, post("/v1/orders", &body), 409).await;
    harness.stack.sandbox.set_domain(FOUR[0], DomainOutcome::priced(COSTS[0], COSTS[1]));
    // A price that does not cover the cost is refused, where there is one.
    for name in FOUR {
        harness.stack.sandbox.set_domain(name, DomainOutcome::priced(73_310, COSTS[1]));
    }
    seen.take(&harness, post("/v1/quotes", &names)).await;
    for name in FOUR {
        harness.stack.sandbox.set_domain(name, DomainOutcome::priced(COSTS[0], COSTS[1]));
    }
    harness.advance(600).await;
    body.as_object_mut().unwrap().remove("approval");
    let changed = seen.send(&harness, post("/v1/orders", &body), 409).await;
    body["quote"] = changed["error"]["details"]["quote"]["token"].clone();
    // The payment of the quote before is not for this one.
    body["approval"] = approval(&harness, "pay_2", &asked);
    seen.send(&harness, post("/v1/orders", &body), 402).await;
    body.as_object_mut().unwrap().remove("approval");
    let asked = seen.send(&harness, post("/v1/orders", &body), 402).await;
    body["approval"] = approval(&harness, "pay_3", &asked);
    // Upstream refuses the order in its own words.
    let refusal = json!({"error": {"code": "price_changed", "field": "domains", "message": words()}}).to_string();
    harness.stack.sandbox.fail_next(Fault { status: Some(400), body: Some(refusal), ..Fault::on("POST", "/orders") });
    seen.send(&harness, post("/v1/orders", &body), 400).await;
    // The order, whose answer is lost, and everything that shows it.
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    seen.take(&harness, post("/v1/orders", &body)).await;
    harness.stack.sandbox.clear_faults();
    harness.advance(60).await;
    seen.send(&harness, get("/v1/session"), 200).await;
    let placed = seen.send(&harness, post("/v1/orders", &body), 201).await;
    let other = draft(&["acme-mail.com", "getacme.com", "acme-hq.com", "acme-team.com"]);
    seen.send(&harness, post("/v1/orders", &other), 409).await;
    let path = format!("/v1/orders/{}", placed["data"]["id"].as_str().unwrap());
    seen.send(&harness, get(&path), 200).await;
    harness.advance(30).await;
    seen.send(&harness, get(&path), 200).await;
    seen.send(&harness, get("/v1/orders"), 200).await;
    wait(&harness, placed["data"]["id"].as_str().unwrap()).await;
    let waiting = seen.send(&harness, get(&path), 200).await;
    assert_eq!(waiting["data"]["pending_actions"][0]["type"], "payment");
    seen.send(&harness, get("/v1/orders/ord_of_another"), 404).await;
    let own = harness.as_partner("GET", &path, None, 200).await.data();
    let total = own["cost"]["total_cents"].as_u64().unwrap();
    let routes: BTreeSet<String> = seen.texts.iter().map(|(route, _)| route.clone()).collect();
    assert_eq!(
        routes,
        crate::documented::routes_of("session"),
        "routes that a session may call, and that are called here"
    );
    let amounts = amounts(&harness, total);
    (seen, amounts)
}

fn retail() -> Value {
    json!({"show": "retail", "currency": "usd", "domains": [{"tld": "*", "price_cents": 2_900}],
           "plan": {"price_cents": 4_900, "per": "month"}})
}

#[tokio::test]
async fn upstreams_amounts_reach_no_browser_and_no_log() {
    for pricing in [retail(), json!({"show": "none"})] {
        let log = Log::start("peeker-checkout/amounts");
        let (mut seen, amounts) = walk(&pricing).await;
        seen.texts.push(("the log".to_owned(), log.text()));
        let found = seen.places(&amounts);
        assert!(found.is_empty(), "{pricing}: {}", found.join("\n"));
    }
}

#[tokio::test]
async fn hidden_amounts_leave_no_field_behind() {
    let (seen, _) = walk(&json!({"show": "none"})).await;
    for (place, text) in &seen.texts {
        for field in ["_cents\"", "\"currency\"", "\"charge\"", "\"costs\"", "\"cost\""] {
            assert!(!text.contains(field), "{field} in {place}: {text}");
        }
    }
}

#[tokio::test]
async fn search_finds_amounts_where_costs_are_shown() {
    let (seen, amounts) = walk(&json!({"show": "cost"})).await;
    let found = seen.places(&amounts);
    for place in ["/v1/domains/availability", "/v1/quotes", "POST /v1/orders", "GET /v1/orders"] {
        assert!(found.iter().any(|found| found.contains(place)), "{place}: {found:?}");
    }
    assert!(has_number("a 13.37,", "13.37") && !has_number("ord_1337 13370", "1337"));
}
