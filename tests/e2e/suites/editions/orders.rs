//! Orders in the two editions of upstream's documentation.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use crate::editions::{script, sent_order, whole_life};
use sandbox::Fault;
use serde_json::{Value, json};

/// docs/upstream.md#order-body
#[tokio::test]
async fn buyer_is_one_string() {
    assert_eq!(sent_order(&Harness::start().await).await["user"], CUSTOMER);
    let harness = Harness::start().await;
    let made = harness.beside("/users", &json!({"email": CUSTOMER, "sequencer": {"provider": "smartlead"}})).await;
    let mut claims = harness.claims("ses_1");
    claims["sub"] = made["id"].clone();
    harness.place(&harness.sign(&claims), &draft(&FOUR), 201).await;
    let sent = harness.stack.sandbox.received();
    let order = sent.iter().find(|call| call.method == "POST" && call.path.ends_with("/orders")).unwrap();
    assert_eq!(order.body["user"], made["id"], "an id is sent as it is");
    assert_eq!(harness.stack.sandbox.orders()[0]["email"], CUSTOMER);
}

/// docs/upstream.md#order-body
#[tokio::test]
async fn personas_are_sent_and_users_are_read_too() {
    let harness = Harness::start().await;
    let sent = sent_order(&harness).await;
    assert_eq!(sent["personas"], json!([{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}]));
    assert!(sent.get("users").is_none());
    // An order with a lost response is recognized by its personas, under the key of either edition.
    for (key, same) in [("personas", true), ("users", true), ("personas", false), ("users", false)] {
        let harness = Harness::start().await;
        harness.stack.sandbox.fail_next(Fault { status: Some(500), act: true, ..Fault::on("POST", "/orders") });
        harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 202).await;
        let mut full = harness.stack.sandbox.orders()[0].clone();
        let mut people = full.as_object_mut().unwrap().remove("personas").unwrap();
        if !same {
            people[0]["first_name"] = json!("Somebody");
        }
        full[key] = people;
        let path = format!("/orders/{}", full["id"].as_str().unwrap());
        // The second check happens when no request can still be in progress upstream.
        for _ in 0..2 {
            script(&harness, "GET", &path, 200, &json!({"data": full}));
            harness.advance(60).await;
            harness.show_session(&harness.session("ses_1")).await;
        }
        // A different order leads to a second request with the same bytes, which upstream recognizes.
        assert_eq!(harness.orders_sent(), if same { 1 } else { 2 }, "{key} {same}");
        assert_eq!(harness.stack.sandbox.orders().len(), 1);
    }
}

/// docs/upstream.md#users
#[tokio::test]
async fn users_are_not_called() {
    let harness = Harness::start().await;
    assert!(whole_life(&harness).await.iter().all(|path| !path.starts_with("/users")));
}

/// docs/upstream.md#endpoints
#[tokio::test]
async fn order_answer_may_be_200_201_or_202() {
    for status in [200, 201, 202] {
        let harness = Harness::start().await;
        let receipt = json!({"data": {"id": "ord_1", "status": "in_progress", "domain_count": 4,
            "costs": {"total_cents": 6_700, "currency": "usd"}, "created_at": "2026-05-08T12:00:00Z"}});
        script(&harness, "POST", "/orders", status, &receipt);
        assert_eq!(
            harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"],
            "ord_1",
            "{status}"
        );
    }
}

/// docs/upstream.md#sandbox-environment
#[tokio::test]
async fn order_is_final_only_when_upstream_says_so() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let receipt = harness.place(&token, &draft(&FOUR), 201).await.data();
    let view = harness.order(&token, receipt["id"].as_str().unwrap()).await;
    assert_eq!(
        (&receipt["status"], &view["status"], &view["final"]),
        (&json!("in_progress"), &json!("in_progress"), &json!(false))
    );
}

/// docs/upstream.md#duplicate-orders
#[tokio::test]
async fn repeated_order_has_the_same_bytes() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { status: Some(500), ..Fault::on("POST", "/orders") });
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 202).await;
    harness.advance(45).await;
    assert!(harness.show_session(&harness.session("ses_1")).await["order"]["id"].is_string());
    let sent = harness.stack.sandbox.received();
    let bodies: Vec<String> = sent
        .iter()
        .filter(|call| call.method == "POST" && call.path.ends_with("/orders"))
        .map(|call| call.body.to_string())
        .collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
}

/// docs/upstream.md#full-order
#[tokio::test]
async fn full_order_domains_are_read_in_every_form() {
    for domains in [
        json!({"registered": ["acme-mail.com", "getacme.com"], "imported": ["acme-hq.com", "tryacme.com"]}),
        json!(FOUR),
        json!(FOUR.map(|name| json!({"domain": name, "inboxes": [{"address": "sam@x"}]}))),
    ] {
        let harness = Harness::start().await;
        harness.stack.sandbox.fail_next(Fault { status: Some(500), act: true, ..Fault::on("POST", "/orders") });
        // The search recognizes the order by its domains.
        harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 202).await;
        let mut full = harness.stack.sandbox.orders()[0].clone();
        let id = full["id"].as_str().unwrap().to_owned();
        full["domains"] = domains.clone();
        script(&harness, "GET", &format!("/orders/{id}"), 200, &json!({"data": full}));
        harness.advance(60).await;
        assert_eq!(harness.show_session(&harness.session("ses_1")).await["order"]["id"], json!(id), "{domains}");
        assert_eq!(harness.orders_sent(), 1, "{domains}");
    }
}

/// docs/upstream.md#cancellation
#[tokio::test]
async fn cancellation_is_sent_as_june_and_read_as_both() {
    let harness = Harness::start().await;
    let id =
        harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    let path = format!("/v1/orders/{id}/cancel");
    harness.stack.sandbox.forget_received();
    let mut may = harness.stack.sandbox.orders()[0].clone();
    may["status"] = json!("cancel_scheduled");
    script(&harness, "POST", &format!("/orders/{id}/cancel"), 200, &json!({"data": may}));
    let view = harness.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await.data();
    assert_eq!(
        (&view["id"], &view["status"], &view["cancels_at"]),
        (&json!(id), &json!("cancel_scheduled"), &Value::Null)
    );
    assert_eq!(harness.stack.sandbox.received()[0].body, Value::Null, "no body means the whole order");
    // June's response to a partial cancellation.
    harness.stack.sandbox.forget_received();
    let part = json!({"domains": [FOUR[0]]});
    let view = harness.as_partner("POST", &path, Some(&part), 200).await.data();
    assert_eq!(harness.stack.sandbox.received()[0].body, part);
    assert_eq!((&view["id"], &view["domains"]), (&json!(id), &json!([FOUR[0]])));
    assert!(view["cancels_at"].is_string(), "{view}");
}

/// docs/upstream.md#cancellation
#[tokio::test]
async fn cancels_at_decides_when_it_ends() {
    for data in [
        json!({"id": "ord_1", "status": "cancel_scheduled", "cancels_at": "2026-05-08T13:00:00Z"}),
        json!({"order": {"status": "cancel_scheduled", "cancels_at": "2026-05-08T15:00:00+02:00"}}),
        json!({"cancels_at": 1_778_245_200}),
    ] {
        let harness = Harness::start().await;
        let placed = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
        let id = placed["id"].as_str().unwrap().to_owned();
        harness.advance(6).await;
        let path = format!("/v1/orders/{id}/cancel");
        script(&harness, "POST", &format!("/orders/{id}/cancel"), 200, &json!({ "data": data }));
        let view = harness.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await.data();
        let scheduled = (&json!("cancel_scheduled"), &json!("2026-05-08T13:00:00Z"));
        assert_eq!((&view["status"], &view["cancels_at"]), scheduled, "{data}");
        let shown = harness.partner_view(&id).await;
        assert_eq!((&shown["status"], &shown["cancels_at"]), scheduled, "before any event: {data}");
        // An earlier statement changes nothing, and a later one does.
        let event = |at: &str| json!({"id": id, "status": "cancel_scheduled", "cancels_at": at});
        let kind = "order.cancel_scheduled";
        harness.deliver_event("evt_1", kind, "2026-05-08T12:00:01Z", &event("2026-05-09T00:00:00Z")).await;
        assert_eq!(harness.partner_view(&id).await["cancels_at"], "2026-05-08T13:00:00Z", "{data}");
        harness.advance(10).await;
        harness.deliver_event("evt_2", kind, "2026-05-08T12:00:10Z", &event("2026-05-10T00:00:00Z")).await;
        assert_eq!(harness.partner_view(&id).await["cancels_at"], "2026-05-10T00:00:00Z", "{data}");
        harness.stack.stop().await;
    }
}

/// docs/upstream.md#pending-actions
#[tokio::test]
async fn pending_actions_are_always_fetched() {
    let harness = Harness::start().await;
    let data = json!({"id": "ord_1", "status": "action_required", "pending_actions": [{"type": "stale"}]});
    harness.deliver_event("evt_1", "order.action_required", "2026-05-08T12:00:00Z", &data).await;
    let june = json!({"data": [{"id": "act_1", "type": "google_profile_picture", "status": "open", "domain": "a.com"}],
        "links": {"first": "x", "next": null}, "meta": {"path": "x", "per_page": 100, "returned": 1}});
    script(&harness, "GET", "/orders/pending", 200, &june);
    assert_eq!(harness.partner_view("ord_1").await["pending_actions"][0]["id"], "act_1");
}

/// docs/upstream.md#errors
#[tokio::test]
async fn unknown_codes_and_action_types_are_passed_on() {
    let harness = Harness::start().await;
    let refusal =
        json!({"error": {"code": "domain_on_hold", "message": "The domain is on hold.", "field": "domains[1]"}});
    script(&harness, "POST", "/orders", 400, &refusal);
    let refused = harness.place(&harness.session("ses_1"), &draft(&FOUR), 400).await;
    assert_eq!(refused.findings(), ["domains[1] domain_on_hold"]);
    harness.deliver_event("evt_1", "order.action_required", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"})).await;
    script(
        &harness,
        "GET",
        "/orders/pending",
        200,
        &json!({"data": [{"type": "notary_visit", "reason": "later_word"}]}),
    );
    let action = harness.partner_view("ord_1").await["pending_actions"][0].clone();
    assert_eq!((&action["type"], &action["who"]), (&json!("notary_visit"), &json!("partner")));
}
