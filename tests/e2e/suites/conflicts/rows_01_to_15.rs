//! Rows 1 to 15 of upstream's conflicts and unknowns.

use crate::client::{Bench, CUSTOMER, Call, FOUR, draft};
use crate::conflicts::{script, sent_order, whole_life};
use functions::clock::{Clock, Random};
use functions::upstream::{Upstream, UpstreamConfig};
use sandbox::Fault;
use serde_json::{Value, json};
use shared::domain_name::DomainName;

fn upstream_at(bench: &Bench, base_url: String, availability_batch: usize) -> Upstream {
    Upstream::new(UpstreamConfig {
        base_url,
        vault: bench.stack.reconciler.desk.vault.clone(),
        availability_batch,
        calls_per_minute: None,
        clock: Clock::system(),
        random: Random::system(),
    })
}

#[tokio::test]
async fn row_01_the_base_path_is_a_setting_and_either_edition_is_spoken_to() {
    let bench = Bench::start().await;
    let june = bench.stack.sandbox.base_url();
    let may = june.replace("/partner/v1", "/api/partner/v1");
    for base_url in [june.clone(), may.clone(), format!("{may}/")] {
        let upstream = upstream_at(&bench, base_url, 25);
        assert_eq!(upstream.environment().await.unwrap(), "test");
    }
    assert_eq!(functions::config::DEFAULT_BASE_URL, "https://api.peeker.ai/partner/v1");
}

#[tokio::test]
async fn row_02_availability_is_asked_in_batches_that_upstream_takes() {
    let bench = Bench::start().await;
    let names: Vec<DomainName> = (0..120).map(|n| DomainName::parse(&format!("shop-{n}.com")).unwrap()).collect();
    // 25 suits May and June, and is what is set when nothing is; 50 is June's.
    for (batch, expected) in [(25, &[20, 25, 25, 25, 25][..]), (50, &[20, 50, 50])] {
        bench.stack.sandbox.forget_received();
        let upstream = upstream_at(&bench, bench.stack.sandbox.base_url(), batch);
        let rows = upstream.availability(&names).await.unwrap();
        assert!(rows.iter().zip(&names).all(|(row, name)| row.checked && row.domain == name.as_str()), "{rows:?}");
        let received = bench.stack.sandbox.received();
        let mut sizes: Vec<usize> =
            received.iter().map(|call| call.body["domains"].as_array().unwrap().len()).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, expected);
    }
    assert_eq!(functions::config::DEFAULT_BATCH, 25);
}

#[tokio::test]
async fn row_03_who_buys_is_one_string() {
    assert_eq!(sent_order(&Bench::start().await).await["user"], CUSTOMER);
    let bench = Bench::start().await;
    let made = bench.beside("/users", &json!({"email": CUSTOMER, "sequencer": {"provider": "smartlead"}})).await;
    let mut claims = bench.claims("ses_1");
    claims["sub"] = made["id"].clone();
    bench.place(&bench.sign(&claims), &draft(&FOUR), 201).await;
    let sent = bench.stack.sandbox.received();
    let order = sent.iter().find(|call| call.method == "POST" && call.path.ends_with("/orders")).unwrap();
    assert_eq!(order.body["user"], made["id"], "an id is sent as it is");
    assert_eq!(bench.stack.sandbox.orders()[0]["email"], CUSTOMER);
}

#[tokio::test]
async fn row_04_personas_are_sent_with_the_picture_key_and_read_under_either_name() {
    let bench = Bench::start().await;
    let sent = sent_order(&bench).await;
    assert_eq!(sent["personas"], json!([{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}]));
    assert!(sent.get("users").is_none());
    // An order whose answer was lost is told from others by its people, whichever edition lists them.
    for (key, same) in [("personas", true), ("users", true), ("personas", false), ("users", false)] {
        let bench = Bench::start().await;
        bench.stack.sandbox.fail_next(Fault { status: Some(500), act: true, ..Fault::on("POST", "/orders") });
        bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
        bench.place(&bench.session("ses_1"), &draft(&FOUR), 202).await;
        let mut full = bench.stack.sandbox.orders()[0].clone();
        let mut people = full.as_object_mut().unwrap().remove("personas").unwrap();
        if !same {
            people[0]["first_name"] = json!("Somebody");
        }
        full[key] = people;
        let path = format!("/orders/{}", full["id"].as_str().unwrap());
        // The second look comes when nothing can be at work upstream any more.
        for _ in 0..2 {
            script(&bench, "GET", &path, 200, &json!({"data": full}));
            bench.advance(60).await;
            bench.show_session(&bench.session("ses_1")).await;
        }
        // What is not it is asked for with the same bytes, and upstream knows them.
        assert_eq!(bench.orders_sent(), if same { 1 } else { 2 }, "{key} {same}");
        assert_eq!(bench.stack.sandbox.orders().len(), 1);
    }
}

#[tokio::test]
async fn row_05_names_of_live_domains_are_not_changed_here() {
    let bench = Bench::start().await;
    assert!(whole_life(&bench).await.iter().all(|path| !path.starts_with("/swaps")));
}

#[tokio::test]
async fn row_06_prices_of_bundles_are_neither_sent_nor_shown() {
    let bench = Bench::start().await;
    let may = json!({"data": {"id": "bun_1", "name": "May", "monthly_sending_volume": 5_000, "status": "active",
        "required_domains": {"google": 3, "microsoft": 1, "total": 4}, "customer_price_cents": 9_900, "currency": "USD"}});
    script(&bench, "GET", "/bundles/bun_1", 200, &may);
    let shown = bench.as_partner("GET", "/v1/bundles/bun_1", None, 200).await.data();
    assert!(shown.get("customer_price_cents").is_none() && shown.get("currency").is_none(), "{shown}");
    let mut bundle = json!({"name": "June", "monthly_sending_volume": 5_000, "customer_price_cents": 9_900});
    let refused = bench.as_partner("POST", "/v1/bundles", Some(&bundle), 400).await;
    assert_eq!(refused.findings(), ["customer_price_cents unknown_field"]);
    bundle.as_object_mut().unwrap().remove("customer_price_cents");
    bench.as_partner("POST", "/v1/bundles", Some(&bundle), 201).await;
    let received = bench.stack.sandbox.received();
    let sent: Vec<&Value> = received.iter().filter(|call| call.method == "POST").map(|call| &call.body).collect();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].get("customer_price_cents").is_none() && sent[0].get("currency").is_none(), "{}", sent[0]);
}

#[tokio::test]
async fn row_07_a_bundle_without_its_required_domains_fails_loudly() {
    let bench = Bench::start().await;
    let may = json!({"data": {"id": "bun_1", "name": "May", "monthly_sending_volume": 5_000, "status": "active"}});
    script(&bench, "GET", "/bundles", 200, &may);
    assert_eq!(bench.as_partner("GET", "/v1/bundles/bun_1", None, 502).await.code(), "upstream_unreadable");
    script(&bench, "GET", "/bundles", 200, &may);
    let show = Call::get("/v1/session").bearer(&bench.session("ses_1"));
    assert_eq!(bench.send(show, 502).await.code(), "upstream_unreadable");
}

#[tokio::test]
async fn row_08_a_cancellation_is_sent_as_june_has_it_and_either_answer_is_read() {
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let path = format!("/v1/orders/{id}/cancel");
    bench.stack.sandbox.forget_received();
    let mut may = bench.stack.sandbox.orders()[0].clone();
    may["status"] = json!("cancel_scheduled");
    script(&bench, "POST", &format!("/orders/{id}/cancel"), 200, &json!({"data": may}));
    let view = bench.as_partner("POST", &path, Some(&json!({"whole": true})), 200).await.data();
    assert_eq!(
        (&view["id"], &view["status"], &view["cancels_at"]),
        (&json!(id), &json!("cancel_scheduled"), &Value::Null)
    );
    assert_eq!(bench.stack.sandbox.received()[0].body, Value::Null, "no body means the whole order");
    // June's own answer, to a part of the order.
    bench.stack.sandbox.forget_received();
    let part = json!({"domains": [FOUR[0]]});
    let view = bench.as_partner("POST", &path, Some(&part), 200).await.data();
    assert_eq!(bench.stack.sandbox.received()[0].body, part);
    assert_eq!((&view["id"], &view["domains"]), (&json!(id), &json!([FOUR[0]])));
    assert!(view["cancels_at"].is_string(), "{view}");
}

#[tokio::test]
async fn row_09_when_a_cancellation_takes_effect_is_what_upstream_says() {
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    let answer = json!({"data": {"id": id, "status": "cancel_scheduled", "cancels_at": "2026-05-08T13:00:00Z"}});
    script(&bench, "POST", &format!("/orders/{id}/cancel"), 200, &answer);
    let view =
        bench.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(&json!({"whole": true})), 200).await.data();
    assert_eq!(view["cancels_at"], "2026-05-08T13:00:00Z");
}

#[tokio::test]
async fn row_10_an_event_is_answered_without_asking_upstream_anything() {
    let bench = Bench::start().await;
    bench.tell("evt_1", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"})).await;
    assert!(bench.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn row_11_the_entity_is_read_nested_and_plain() {
    let order = json!({"id": "ord_1", "status": "completed", "domain_count": 2});
    for data in [order.clone(), json!({ "order": order })] {
        let bench = Bench::start().await;
        bench.tell("evt_1", "order.completed", "2026-05-08T12:00:00Z", &data).await;
        let view = bench.partner_view("ord_1").await;
        assert_eq!((&view["status"], &view["domain_count"]), (&json!("completed"), &json!(2)));
    }
}

#[tokio::test]
async fn row_12_the_environment_is_told_by_the_secret_that_verifies() {
    let bench = Bench::start().await;
    let data = json!({"order": {"id": "ord_1"}, "api_key": {"environment": "live"}});
    bench.tell("evt_1", "order.completed", "2026-05-08T12:00:00Z", &data).await;
    let listed = bench.as_partner("GET", "/v1/events?from=2026-05-08", None, 200).await.data();
    assert_eq!(listed[0]["environment"], "test");
}

#[tokio::test]
async fn row_13_pending_actions_are_fetched_whatever_the_event_brings() {
    let bench = Bench::start().await;
    let data = json!({"id": "ord_1", "status": "action_required", "pending_actions": [{"type": "stale"}]});
    bench.tell("evt_1", "order.action_required", "2026-05-08T12:00:00Z", &data).await;
    let june = json!({"data": [{"id": "act_1", "type": "google_profile_picture", "status": "open", "domain": "a.com"}],
        "links": {"first": "x", "next": null}, "meta": {"path": "x", "per_page": 100, "returned": 1}});
    script(&bench, "GET", "/orders/pending", 200, &june);
    assert_eq!(bench.partner_view("ord_1").await["pending_actions"][0]["id"], "act_1");
}

#[tokio::test]
async fn row_14_an_import_is_taken_with_200_and_with_202() {
    for status in [200, 202] {
        let bench = Bench::start().await;
        let job = json!({"data": {"id": "imp_1", "status": "in_progress", "domains": ["owned-a.com"]}});
        script(&bench, "POST", "/domains/import", status, &job);
        let call = Call::post("/v1/domains/import").bearer(&bench.session("ses_1"));
        let view = bench.send(call.json(&json!({"domains": ["owned-a.com"]})), 202).await.data();
        assert_eq!((&view["id"], &view["domains"][0]["status"]), (&json!("imp_1"), &json!("in_progress")));
    }
}

#[tokio::test]
async fn row_15_redirects_of_live_domains_are_not_changed_here() {
    let bench = Bench::start().await;
    assert!(whole_life(&bench).await.iter().all(|path| !path.starts_with("/domains/forwarding")));
}
