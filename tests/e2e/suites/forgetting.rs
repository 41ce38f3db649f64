//! Forgetting a customer: what is personal goes at once when the partner asks for it.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use crate::table::scan;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

async fn everything(bench: &Bench) -> String {
    format!("{:?}", scan(&bench.stack).await)
}

async fn forget(bench: &Bench) -> Value {
    bench.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": CUSTOMER})), 200).await.data()
}

#[tokio::test]
async fn a_forgotten_customer_leaves_ids_costs_and_dates_and_nothing_else() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let bring = Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]}));
    bench.send(bring, 202).await;
    let mut body = draft(&FOUR);
    body["personas"][0] = json!({"first_name": "Zebulon", "last_name": "Quagmire", "profile_picture_url": null});
    let id = bench.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(60).await;
    let before = everything(&bench).await;
    assert!(before.contains(CUSTOMER) && before.contains("Zebulon"));

    let done = forget(&bench).await;
    let pseudonym = done["pseudonym"].as_str().unwrap().to_owned();
    assert!(pseudonym.starts_with("forgotten_") && pseudonym.len() == 42);
    assert_eq!((&done["orders"], &done["domains"], &done["open"]), (&json!(1), &json!(1), &json!(0)));
    for personal in [CUSTOMER, "Zebulon", "Quagmire"] {
        let held: Vec<String> = scan(&bench.stack).await.iter().map(|item| format!("{item:?}")).collect();
        let held: Vec<&String> = held.iter().filter(|item| item.contains(personal)).collect();
        assert!(held.is_empty(), "{personal} is still in {held:?}");
    }
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["customer"], &view["status"]), (&json!(pseudonym), &json!("completed")));
    assert_eq!(view["costs"], json!({"total_cents": 6_700, "currency": "usd"}));
    assert_eq!(view["created_at"], "2026-05-08T12:00:00Z");
    let listed = bench.as_partner("GET", &format!("/v1/orders?customer={pseudonym}"), None, 200).await.data();
    assert_eq!(listed[0]["id"], json!(id));
    // The payloads are gone, that they came is not.
    let events = bench.as_partner("GET", "/v1/events?from=2026-05-08&type=order.completed", None, 200).await.data();
    assert_eq!((&events[0]["type"], &events[0]["data"]), (&json!("order.completed"), &Value::Null));
    // Nobody else is given the domain.
    let mut claims = bench.claims("ses_2");
    claims["sub"] = json!("other@example.com");
    let bring =
        Call::post("/v1/domains/import").bearer(&bench.sign(&claims)).json(&json!({"domains": ["owned-a.com"]}));
    assert_eq!(bench.send(bring, 200).await.data()["domains"][0]["reason"], "taken");
}

#[tokio::test]
async fn what_comes_in_late_goes_when_it_is_forgotten_again() {
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let first = forget(&bench).await;
    let late = json!({"id": id, "status": "cancel_scheduled", "email": CUSTOMER, "domains": []});
    bench.tell("evt_late", "order.cancel_scheduled", "2026-05-08T13:00:00Z", &late).await;
    assert!(everything(&bench).await.contains(CUSTOMER));
    assert_eq!(forget(&bench).await, json!({"pseudonym": first["pseudonym"], "orders": 1, "domains": 0, "open": 0}));
    assert!(!everything(&bench).await.contains(CUSTOMER));
    assert_eq!(bench.partner_view(&id).await["customer"], first["pseudonym"]);
}

#[tokio::test]
async fn an_order_that_is_still_on_its_way_keeps_what_finds_it() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/orders") });
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    bench.place(&bench.session("ses_2"), &draft(&names), 202).await;
    forget(&bench).await;
    bench.stack.sandbox.clear_faults();
    bench.advance(60).await;
    let order = bench.show_session(&bench.session("ses_2")).await["order"].clone();
    assert!(order["id"].is_string() && order["id"] != json!(id), "{order}");
    assert_eq!(bench.orders_sent(), 2);
}

#[tokio::test]
async fn forgetting_is_the_partners_alone_and_takes_a_customer() {
    let bench = Bench::start().await;
    let post = |body: &Value| Call::post("/v1/customers/forget").json(body);
    let good = json!({"customer": CUSTOMER});
    assert_eq!(bench.send(post(&good).bearer(&bench.session("ses_1")), 401).await.code(), "partner_key_wrong");
    bench.send(post(&good), 401).await;
    for (body, findings) in [
        (json!({}), "customer missing_field"),
        (json!({"customer": "nobody"}), "customer customer_invalid"),
        (json!({"customer": 5}), "customer wrong_type"),
    ] {
        let reply = bench.as_partner("POST", "/v1/customers/forget", Some(&body), 400).await;
        assert_eq!(reply.findings(), [findings]);
    }
    let nobody =
        bench.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": "no@example.com"})), 200).await;
    assert_eq!(nobody.data()["orders"], 0);
}
