//! Forgetting a customer: personal data are deleted immediately when the partner asks for it.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use crate::table::scan;
use e2e::StackConfig;
use futures::StreamExt;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

pub(crate) async fn everything(harness: &Harness) -> String {
    format!("{:?}", scan(&harness.stack).await)
}

pub(crate) async fn forget(harness: &Harness) -> Value {
    harness.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": CUSTOMER})), 200).await.data()
}

#[tokio::test]
async fn forgetting_keeps_only_ids_costs_and_dates() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_1");
    (claims["reference"], claims["metadata"]) = (json!("sale-of-zebulon"), json!({"seat": "corner-office"}));
    let token = harness.sign(&claims);
    let import = Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com"]}));
    harness.send(import, 202).await;
    let mut body = draft(&FOUR);
    body["personas"][0] = json!({"first_name": "Zebulon", "last_name": "Quagmire", "profile_picture_url": null});
    let id = harness.place(&token, &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(60).await;
    let before = everything(&harness).await;
    let personal = [CUSTOMER, "Zebulon", "Quagmire", "sale-of-zebulon", "corner-office"];
    assert!(personal.iter().all(|personal| before.contains(personal)), "{before}");

    let done = forget(&harness).await;
    let pseudonym = done["pseudonym"].as_str().unwrap().to_owned();
    assert!(pseudonym.starts_with("forgotten_") && pseudonym.len() == 42);
    assert_eq!((&done["orders"], &done["domains"], &done["open"]), (&json!(1), &json!(1), &json!(0)));
    for personal in personal {
        let held: Vec<String> = scan(&harness.stack).await.iter().map(|item| format!("{item:?}")).collect();
        let held: Vec<&String> = held.iter().filter(|item| item.contains(personal)).collect();
        assert!(held.is_empty(), "{personal} is still in {held:?}");
    }
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["customer"], &view["status"]), (&json!(pseudonym), &json!("completed")));
    assert_eq!(view["costs"], json!({"total_cents": 6_700, "currency": "usd"}));
    assert_eq!(view["created_at"], "2026-05-08T12:00:00Z");
    let listed = harness.as_partner("GET", &format!("/v1/orders?customer={pseudonym}"), None, 200).await.data();
    assert_eq!(listed[0]["id"], json!(id));
    // The payloads are deleted; the records of the events stay.
    let events = harness.as_partner("GET", "/v1/events?from=2026-05-08&type=order.completed", None, 200).await.data();
    assert_eq!((&events[0]["type"], &events[0]["data"]), (&json!("order.completed"), &Value::Null));
}

#[tokio::test]
async fn forgetting_covers_released_domains() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let import =
        Call::post("/v1/domains/import").bearer(&token).json(&json!({"domains": ["owned-a.com", "owned-b.com"]}));
    let job = harness.send(import, 202).await.data()["id"].as_str().unwrap().to_owned();
    let release = Call::post(&format!("/v1/domains/import/{job}/release")).bearer(&token);
    harness.send(release.json(&json!({"domains": ["owned-b.com"]})), 202).await;
    forget(&harness).await;
    assert!(!everything(&harness).await.contains(CUSTOMER));
}

#[tokio::test]
async fn late_events_do_not_restore_personal_data() {
    let harness = Harness::start().await;
    let id =
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    let first = forget(&harness).await;
    let late = json!({"id": id, "status": "cancel_scheduled", "email": CUSTOMER, "user_id": "usr_1", "domains": [],
                      "created_at": "2026-05-08T12:00:00Z", "inboxes": [{"email": "sam@acme-mail.com"}],
                      "personas": [{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}]});
    harness.deliver_event("evt_late", "order.cancel_scheduled", "2026-05-08T13:00:00Z", &late).await;
    let domain = json!({"domain": FOUR[0], "order_id": id, "inboxes": [{"email": "sam@acme-mail.com"}]});
    harness.deliver_event("evt_domain", "domain.connected", "2026-05-08T13:00:00Z", &domain).await;
    assert_eq!(harness.partner_view(&id).await["status"], "cancel_scheduled");
    assert_eq!(harness.partner_view(&id).await["inboxes"], json!([]));
    harness.advance(2 * 60 * 60).await;
    harness.stack.reconciler.run().await.unwrap();
    for personal in [CUSTOMER, "sam@acme-mail.com", "usr_1"] {
        assert!(!everything(&harness).await.contains(personal), "{personal}");
    }
    let again = json!({"pseudonym": first["pseudonym"], "orders": 0, "domains": 0, "open": 0, "open_approvals": 0, "complete": true});
    assert_eq!(forget(&harness).await, again);
    assert_eq!(harness.partner_view(&id).await["customer"], first["pseudonym"]);
}

#[tokio::test]
async fn pending_order_is_forgotten_when_it_settles() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/orders") });
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    let mut claims = harness.claims("ses_2");
    claims["reference"] = json!("sale-of-zebulon");
    harness.place(&harness.sign(&claims), &draft(&names), 202).await;
    let done = forget(&harness).await;
    assert_eq!((&done["open"], &done["complete"]), (&json!(1), &json!(true)));
    harness.stack.sandbox.clear_faults();
    harness.advance(60).await;
    let order = harness.show_session(&harness.session("ses_2")).await["order"].clone();
    assert!(order["id"].is_string() && order["id"] != json!(id), "{order}");
    assert_eq!(harness.orders_sent(), 2);
    harness.advance(60).await;
    let view = harness.partner_view(order["id"].as_str().unwrap()).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &done["pseudonym"]));
    assert_eq!(view["domains"].as_array().unwrap().len(), 4);
    for item in scan(&harness.stack).await {
        let item = format!("{item:?}");
        for personal in [CUSTOMER, "\"Sam\"", "Lee", "sale-of-zebulon"] {
            assert!(!item.contains(personal), "{item}");
        }
    }
}

#[tokio::test]
async fn order_accepted_after_forgetting_is_forgotten() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { status: Some(503), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/orders") });
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 202).await;
    let pseudonym = forget(&harness).await["pseudonym"].clone();
    harness.stack.sandbox.clear_faults();
    // Upstream accepts the order now, and its event arrives before the response.
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    for _ in 0..6 {
        harness.advance(60).await;
        harness.stack.reconciler.run().await.unwrap();
    }
    let order = harness.stack.sandbox.orders()[0].clone();
    let view = harness.partner_view(order["id"].as_str().unwrap()).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &pseudonym));
    let left = everything(&harness).await;
    for personal in [CUSTOMER, "\"Sam\"", "Lee", order["user_id"].as_str().unwrap()] {
        assert!(!left.contains(personal), "{personal}");
    }
    let listed = harness.as_partner("GET", &format!("/v1/orders?customer={CUSTOMER}"), None, 200).await.data();
    assert_eq!(listed, json!([]));
}

#[tokio::test]
async fn upstream_clock_ahead_does_not_restore_personal_data() {
    let harness = Harness::with(StackConfig { clock_ahead: -50, ..StackConfig::paused() }).await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 20, ..Fault::on("GET", "/orders") });
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 202).await;
    let done = forget(&harness).await;
    assert_eq!((&done["open"], &done["complete"]), (&json!(1), &json!(true)));
    // By upstream's clock, the order is newer than the request to forget.
    harness.advance(6).await;
    assert!(everything(&harness).await.contains(CUSTOMER));
    harness.stack.sandbox.clear_faults();
    harness.advance(60).await;
    let id = harness.show_session(&harness.session("ses_1")).await["order"]["id"].as_str().unwrap().to_owned();
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["status"], &view["customer"]), (&json!("completed"), &done["pseudonym"]));
    assert_eq!(view["inboxes"], json!([]));
    for personal in [CUSTOMER, "usr_"] {
        assert!(!everything(&harness).await.contains(personal), "{personal}");
    }
    let events = harness.as_partner("GET", "/v1/events?from=2026-05-08", None, 200).await.data();
    let events: Vec<&Value> = events.as_array().unwrap().iter().collect();
    let of_order = |event: &&&Value| event["type"].as_str().unwrap().starts_with("order.");
    assert!(events.iter().filter(of_order).all(|event| event["data"].is_null()), "{events:?}");
}

#[tokio::test]
async fn pending_actions_of_a_forgotten_customer_name_no_person() {
    let harness = Harness::start().await;
    let mut body = draft(&FOUR);
    body["personas"][0] = json!({"first_name": "Zebulon", "last_name": "Quagmire",
        "profile_picture_url": "https://cdn.acme.com/unreachable.jpg"});
    let id = harness.place(&harness.session("ses_1"), &body, 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    let before = harness.partner_view(&id).await["pending_actions"].clone();
    assert!(before.to_string().contains("Zebulon"), "{before}");
    forget(&harness).await;
    harness.advance(60).await;
    let view = harness.partner_view(&id).await;
    assert_eq!(view["pending_actions"][0]["who"], "customer", "{view}");
    let text = view.to_string();
    assert!(!text.contains("Zebulon") && !text.contains("Quagmire") && !text.contains("zebulon"), "{text}");
}

#[tokio::test]
async fn refused_order_is_forgotten_too() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { status: Some(500), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 4, ..Fault::on("GET", "/orders") });
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 202).await;
    assert_eq!(forget(&harness).await["open"], 1);
    harness.stack.sandbox.clear_faults();
    let refused =
        Fault { status: Some(400), code: Some("domain_not_available".to_owned()), ..Fault::on("POST", "/orders") };
    harness.stack.sandbox.fail_next(refused);
    for _ in 0..4 {
        harness.advance(60).await;
        harness.stack.reconciler.run().await.unwrap();
    }
    assert_eq!(harness.stack.sandbox.orders_of(CUSTOMER), 0);
    let left = everything(&harness).await;
    assert!(!left.contains(CUSTOMER) && !left.contains("Lee"), "{left}");
}

#[tokio::test]
async fn customer_is_forgotten_by_every_id_in_any_case() {
    let harness = Harness::start().await;
    let mut claims = harness.claims("ses_1");
    claims["sub"] = json!("Client@Example.COM");
    let id = harness.place(&harness.sign(&claims), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    let upstream = harness.stack.sandbox.orders()[0]["user_id"].as_str().unwrap().to_owned();
    assert!(everything(&harness).await.contains(&upstream));
    let body = json!({"customer": "CLIENT@example.com"});
    let done = harness.as_partner("POST", "/v1/customers/forget", Some(&body), 200).await.data();
    assert_eq!(done["orders"], 1);
    let left = everything(&harness).await.to_lowercase();
    assert!(!left.contains(CUSTOMER) && !left.contains(&upstream.to_lowercase()), "{left}");
    let path = format!("/v1/orders?customer={}", done["pseudonym"].as_str().unwrap());
    assert_eq!(harness.as_partner("GET", &path, None, 200).await.data()[0]["id"], json!(id));
}

#[tokio::test]
async fn returning_customer_is_a_new_customer() {
    let harness = Harness::start().await;
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await;
    harness.advance(6).await;
    forget(&harness).await;
    harness.advance(60).await;
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    let token = harness.session("ses_2");
    let id = harness.place(&token, &draft(&names), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    assert_eq!(harness.partner_view(&id).await["customer"], CUSTOMER);
    let listed = harness.send(Call::get("/v1/orders").bearer(&token), 200).await.data();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn forgetting_thousands_of_events_resumes() {
    let harness = Harness::start().await;
    let id =
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    let store = &harness.stack.store;
    let now = harness.stack.sandbox.now();
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
        let events = crate::table::items_of(&harness.stack, "EVENT#").await;
        events.iter().filter(|item| item.contains_key("entity")).count()
    };
    assert_eq!(with_payload().await, 715);
    // Without time, only the mark is stored, and the response says so.
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
    assert!(!everything(&harness).await.contains(CUSTOMER));
}

#[tokio::test]
async fn only_the_partner_can_forget_a_customer() {
    let harness = Harness::start().await;
    let post = |body: &Value| Call::post("/v1/customers/forget").json(body);
    let good = json!({"customer": CUSTOMER});
    assert_eq!(harness.send(post(&good).bearer(&harness.session("ses_1")), 401).await.code(), "partner_key_wrong");
    harness.send(post(&good), 401).await;
    for (body, findings) in [
        (json!({}), "customer missing_field"),
        (json!({"customer": "nobody"}), "customer customer_invalid"),
        (json!({"customer": 5}), "customer wrong_type"),
    ] {
        let reply = harness.as_partner("POST", "/v1/customers/forget", Some(&body), 400).await;
        assert_eq!(reply.findings(), [findings]);
    }
    let unknown =
        harness.as_partner("POST", "/v1/customers/forget", Some(&json!({"customer": "no@example.com"})), 200).await;
    assert_eq!(unknown.data()["orders"], 0);
}
