//! Forgetting a customer: what is personal goes at once when the partner asks for it.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use crate::table::scan;
use e2e::StackConfig;
use futures::StreamExt;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

pub(crate) async fn everything(bench: &Bench) -> String {
    format!("{:?}", scan(&bench.stack).await)
}

pub(crate) async fn forget(bench: &Bench) -> Value {
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
}

#[tokio::test]
async fn a_domain_that_was_given_up_names_nobody_either() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let bring =
        Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com", "owned-b.com"]}));
    let job = bench.send(bring, 202).await.data()["id"].as_str().unwrap().to_owned();
    let release = Call::post(&format!("/v1/domains/import/{job}/release")).bearer(&token);
    bench.send(release.json(&json!({"domains": ["owned-b.com"]})), 202).await;
    forget(&bench).await;
    assert!(!everything(&bench).await.contains(CUSTOMER));
}

#[tokio::test]
async fn what_comes_in_late_brings_nobody_back() {
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let first = forget(&bench).await;
    let late = json!({"id": id, "status": "cancel_scheduled", "email": CUSTOMER, "user_id": "usr_1", "domains": [],
                      "created_at": "2026-05-08T12:00:00Z", "inboxes": [{"email": "sam@acme-mail.com"}],
                      "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}]});
    bench.tell("evt_late", "order.cancel_scheduled", "2026-05-08T13:00:00Z", &late).await;
    let domain = json!({"domain": FOUR[0], "order_id": id, "inboxes": [{"email": "sam@acme-mail.com"}]});
    bench.tell("evt_domain", "domain.connected", "2026-05-08T13:00:00Z", &domain).await;
    assert_eq!(bench.partner_view(&id).await["status"], "cancel_scheduled");
    assert_eq!(bench.partner_view(&id).await["inboxes"], json!([]));
    bench.advance(2 * 60 * 60).await;
    bench.stack.reconciler.run().await.unwrap();
    for personal in [CUSTOMER, "sam@acme-mail.com", "usr_1"] {
        assert!(!everything(&bench).await.contains(personal), "{personal}");
    }
    let again = json!({"pseudonym": first["pseudonym"], "orders": 0, "domains": 0, "open": 0, "complete": true});
    assert_eq!(forget(&bench).await, again);
    assert_eq!(bench.partner_view(&id).await["customer"], first["pseudonym"]);
}

#[tokio::test]
async fn an_order_that_is_still_on_its_way_ends_forgotten() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/orders") });
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    bench.place(&bench.session("ses_2"), &draft(&names), 202).await;
    let done = forget(&bench).await;
    assert_eq!((&done["open"], &done["complete"]), (&json!(1), &json!(true)));
    bench.stack.sandbox.clear_faults();
    bench.advance(60).await;
    let order = bench.show_session(&bench.session("ses_2")).await["order"].clone();
    assert!(order["id"].is_string() && order["id"] != json!(id), "{order}");
    assert_eq!(bench.orders_sent(), 2);
    bench.advance(60).await;
    let view = bench.partner_view(order["id"].as_str().unwrap()).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &done["pseudonym"]));
    assert_eq!(view["domains"].as_array().unwrap().len(), 4);
    for item in scan(&bench.stack).await {
        let item = format!("{item:?}");
        assert!(!item.contains(CUSTOMER) && !item.contains("\"Sam\"") && !item.contains("Lee"), "{item}");
    }
}

#[tokio::test]
async fn an_order_that_is_taken_only_after_its_customer_was_forgotten_ends_forgotten() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/orders") });
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 202).await;
    let pseudonym = forget(&bench).await["pseudonym"].clone();
    bench.stack.sandbox.clear_faults();
    // Upstream takes the order now, and its event is faster than the answer.
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    for _ in 0..6 {
        bench.advance(60).await;
        bench.stack.reconciler.run().await.unwrap();
    }
    let order = bench.stack.sandbox.orders()[0].clone();
    let view = bench.partner_view(order["id"].as_str().unwrap()).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &pseudonym));
    let left = everything(&bench).await;
    for personal in [CUSTOMER, "\"Sam\"", "Lee", order["user_id"].as_str().unwrap()] {
        assert!(!left.contains(personal), "{personal}");
    }
    let listed = bench.as_partner("GET", &format!("/v1/orders?customer={CUSTOMER}"), None, 200).await.data();
    assert_eq!(listed, json!([]));
}

#[tokio::test]
async fn events_of_an_order_that_is_on_its_way_bring_nobody_back_when_upstreams_clock_is_ahead() {
    let bench = Bench::with(StackConfig { clock_ahead: -50, ..StackConfig::paused() }).await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/orders") });
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 202).await;
    let done = forget(&bench).await;
    assert_eq!((&done["open"], &done["complete"]), (&json!(1), &json!(true)));
    // By upstream's clock the order is younger than that.
    bench.advance(6).await;
    assert!(everything(&bench).await.contains(CUSTOMER));
    bench.stack.sandbox.clear_faults();
    bench.advance(60).await;
    let id = bench.show_session(&bench.session("ses_1")).await["order"]["id"].as_str().unwrap().to_owned();
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &done["pseudonym"]));
    assert_eq!(view["inboxes"], json!([]));
    for personal in [CUSTOMER, "usr_"] {
        assert!(!everything(&bench).await.contains(personal), "{personal}");
    }
    let events = bench.as_partner("GET", "/v1/events?from=2026-05-08", None, 200).await.data();
    let events: Vec<&Value> = events.as_array().unwrap().iter().collect();
    let of_order = |event: &&&Value| event["type"].as_str().unwrap().starts_with("order.");
    assert!(events.iter().filter(of_order).all(|event| event["data"].is_null()), "{events:?}");
}

#[tokio::test]
async fn what_a_forgotten_customers_order_waits_for_names_nobody() {
    let bench = Bench::start().await;
    let mut body = draft(&FOUR);
    body["personas"][0] = json!({"first_name": "Zebulon", "last_name": "Quagmire",
        "profile_picture_url": "https://cdn.acme.com/unreachable.jpg"});
    let id = bench.place(&bench.session("ses_1"), &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let before = bench.partner_view(&id).await["pending_actions"].clone();
    assert!(before.to_string().contains("Zebulon"), "{before}");
    forget(&bench).await;
    bench.advance(60).await;
    let view = bench.partner_view(&id).await;
    assert_eq!(view["pending_actions"][0]["who"], "customer", "{view}");
    let text = view.to_string();
    assert!(!text.contains("Zebulon") && !text.contains("Quagmire") && !text.contains("zebulon"), "{text}");
}

#[tokio::test]
async fn an_order_that_comes_to_nothing_ends_forgotten_too() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { status: Some(500), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 4, ..Fault::on("GET", "/orders") });
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 202).await;
    assert_eq!(forget(&bench).await["open"], 1);
    bench.stack.sandbox.clear_faults();
    let refused =
        Fault { status: Some(400), code: Some("domain_not_available".to_owned()), ..Fault::on("POST", "/orders") };
    bench.stack.sandbox.fail_next(refused);
    for _ in 0..4 {
        bench.advance(60).await;
        bench.stack.reconciler.run().await.unwrap();
    }
    assert_eq!(bench.stack.sandbox.orders_of(CUSTOMER), 0);
    let left = everything(&bench).await;
    assert!(!left.contains(CUSTOMER) && !left.contains("Lee"), "{left}");
}

#[tokio::test]
async fn a_customer_is_forgotten_in_any_letter_case_and_by_all_its_names() {
    let bench = Bench::start().await;
    let mut claims = bench.claims("ses_1");
    claims["sub"] = json!("Client@Example.COM");
    let id = bench.place(&bench.sign(&claims), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let upstream = bench.stack.sandbox.orders()[0]["user_id"].as_str().unwrap().to_owned();
    assert!(everything(&bench).await.contains(&upstream));
    let body = json!({"customer": "CLIENT@example.com"});
    let done = bench.as_partner("POST", "/v1/customers/forget", Some(&body), 200).await.data();
    assert_eq!(done["orders"], 1);
    let left = everything(&bench).await.to_lowercase();
    assert!(!left.contains(CUSTOMER) && !left.contains(&upstream.to_lowercase()), "{left}");
    let path = format!("/v1/orders?customer={}", done["pseudonym"].as_str().unwrap());
    assert_eq!(bench.as_partner("GET", &path, None, 200).await.data()[0]["id"], json!(id));
}

#[tokio::test]
async fn a_customer_who_comes_back_is_a_new_one() {
    let bench = Bench::start().await;
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await;
    bench.advance(6).await;
    forget(&bench).await;
    bench.advance(60).await;
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    let token = bench.session("ses_2");
    let id = bench.place(&token, &draft(&names), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    assert_eq!(bench.partner_view(&id).await["customer"], CUSTOMER);
    let listed = bench.send(Call::get("/v1/orders").bearer(&token), 200).await.data();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn forgetting_thousands_of_events_goes_on_where_it_stopped() {
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    let store = &bench.stack.store;
    let now = bench.stack.sandbox.now();
    let record = async |index: usize| {
        let body = json!({"id": format!("evt_{index:04}"), "type": "order.in_progress", "created_at": "2026-05-08T12:00:01Z",
            "data": {"id": id, "status": "in_progress", "email": CUSTOMER, "personas": [{"first_name": "Sam", "last_name": "Lee"}]}});
        let event = shared::event::Event::parse(body.to_string().as_bytes()).unwrap();
        let at = functions::clock::from_iso(&event.created_at).unwrap();
        let projection = functions::model::projection::Projection::of(&event, at, now);
        store.record(&event, projection.as_ref(), "test", now).await.unwrap();
    };
    futures::stream::iter(0..715).for_each_concurrent(16, record).await;
    let with_payload = async || {
        let events = crate::table::items_of(&bench.stack, "EVENT#").await;
        events.iter().filter(|item| item.contains_key("entity")).count()
    };
    assert_eq!(with_payload().await, 715);
    // Without time nothing is done but the mark, and the answer says so.
    let none = store.forget(CUSTOMER, "forgotten_x", now, std::time::Duration::ZERO).await.unwrap();
    assert_eq!((none.complete, none.orders), (false, 0));
    let short = std::time::Duration::from_millis(300);
    let first = store.forget(CUSTOMER, "forgotten_x", now, short).await.unwrap();
    let left = with_payload().await;
    assert!(left < 715, "{left} of 715 are left");
    let mut done = first;
    for _ in 0..100 {
        if done.complete {
            break;
        }
        done = store.forget(CUSTOMER, "forgotten_x", now, short).await.unwrap();
    }
    assert_eq!((done.complete, done.orders, with_payload().await), (true, 1, 0));
    assert!(!everything(&bench).await.contains(CUSTOMER));
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
