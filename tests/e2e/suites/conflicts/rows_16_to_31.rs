//! Rows 16 to 31 of upstream's conflicts and unknowns.

use crate::client::{Bench, Call, FOUR, draft};
use crate::conflicts::{script, whole_life};
use crate::delivery::{Delivery, event};
use crate::receiver::{START, receiver_tolerating, take};
use sandbox::Fault;
use serde_json::json;

#[tokio::test]
async fn row_16_a_swap_may_start_in_either_state() {
    for kind in ["swap.created", "swap.in_progress"] {
        let bench = Bench::start().await;
        let swap = json!({"id": "swp_1", "type": "standard", "domain_id": "dom_1", "status": "created"});
        bench.tell("evt_1", kind, "2026-05-08T12:00:00Z", &swap).await;
        let items = crate::table::items_of(&bench.stack, "SWAP#swp_1").await;
        let status = kind.strip_prefix("swap.").unwrap();
        assert!(items.iter().any(|item| crate::table::text(item, "status") == status), "{kind}");
    }
}

#[tokio::test]
async fn row_17_a_rename_that_waits_for_a_picture_is_kept() {
    let bench = Bench::start().await;
    let swap = json!({"id": "swp_1", "type": "user_names", "domain_id": "dom_1", "replacement_domain": null});
    bench.tell("evt_1", "swap.action_required", "2026-05-08T12:00:00Z", &swap).await;
    let items = crate::table::items_of(&bench.stack, "SWAP#swp_1").await;
    assert!(items.iter().any(|item| crate::table::text(item, "sk") == "DOC"));
}

#[tokio::test]
async fn row_18_premium_swaps_are_not_ordered_here() {
    let bench = Bench::start().await;
    assert!(whole_life(&bench).await.iter().all(|path| !path.starts_with("/swaps")));
}

#[tokio::test]
async fn row_19_what_a_bundle_requires_is_upstreams_figure_and_never_computed() {
    let bench = Bench::start().await;
    // No sizing rule gives these.
    let odd = json!({"data": {"id": "bun_1", "name": "Odd", "monthly_sending_volume": 25_000, "status": "active",
        "required_domains": {"google": 7, "microsoft": 11, "total": 18}}});
    script(&bench, "GET", "/bundles", 200, &odd);
    let plan = bench.show_session(&bench.session("ses_1")).await["plan"].clone();
    assert_eq!(plan["required_domains"], json!({"google": 7, "microsoft": 11, "total": 18}));
}

#[tokio::test]
async fn row_20_an_order_is_not_complete_before_upstream_says_so() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let receipt = bench.place(&token, &draft(&FOUR), 201).await.data();
    let view = bench.order(&token, receipt["id"].as_str().unwrap()).await;
    assert_eq!(
        (&receipt["status"], &view["status"], &view["final"]),
        (&json!("in_progress"), &json!("in_progress"), &json!(false))
    );
}

#[tokio::test]
async fn row_21_an_order_is_taken_with_200_201_and_202() {
    for status in [200, 201, 202] {
        let bench = Bench::start().await;
        let receipt = json!({"data": {"id": "ord_1", "status": "in_progress", "domain_count": 4,
            "costs": {"total_cents": 6_700, "currency": "usd"}, "created_at": "2026-05-08T12:00:00Z"}});
        script(&bench, "POST", "/orders", status, &receipt);
        assert_eq!(bench.place(&bench.session("ses_1"), &draft(&FOUR), 201).await.data()["id"], "ord_1", "{status}");
    }
}

#[tokio::test]
async fn row_22_what_a_signature_covers_is_a_setting_and_one_template_holds_at_a_time() {
    let bench = Bench::start().await;
    let body = event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    let now = bench.stack.sandbox.now().to_string();
    let secret = &bench.stack.values.webhook_secret;
    let over_body = crate::delivery::hmac_hex(secret, &body);
    let good = Delivery::signed(secret, "evt_1", &now, &body);
    let other = good.clone().with("peeker-signature", &format!("v1={over_body}"));
    assert_eq!(bench.deliver(&other, 401).await.code(), "webhook_signature");
    bench.deliver(&good, 204).await;
}

#[tokio::test]
async fn row_23_an_event_may_come_again_a_day_later_signed_anew_or_as_it_was() {
    let bench = Bench::start().await;
    let body = event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"}));
    bench.deliver(&bench.signed("evt_1", &body), 204).await;
    bench.advance(24 * 60 * 60).await;
    bench.deliver(&bench.signed("evt_1", &body), 204).await;
    assert_eq!(bench.partner_view("ord_1").await["timeline"].as_array().unwrap().len(), 1);
    // Should upstream keep the first signature, the tolerance is a setting.
    let (day, secrets) = (24 * 60 * 60, [("test", "whsec_rows")]);
    let kept = Delivery::signed("whsec_rows", "evt_1", &START.to_string(), &body);
    for (tolerance, status) in [(300, 401), (25 * 60 * 60, 204)] {
        let receiver = receiver_tolerating(&bench, &secrets, "{timestamp}.{body}", START + day, tolerance);
        assert_eq!(take(&receiver, &kept).await, status, "{tolerance} s");
    }
}

#[tokio::test]
async fn row_24_nameserver_groups_are_found_wherever_they_stand() {
    let groups = json!([{"nameservers": ["a.ns.example", "b.ns.example"], "domains": ["owned-a.com"]}]);
    for job in [
        json!({"id": "imp_1", "status": "in_progress", "nameserver_groups": groups}),
        json!({"id": "imp_1", "status": "in_progress", "domains": ["owned-a.com"], "result": {"nameserver_groups": groups}}),
        json!({"id": "imp_1", "domains": [{"name": "owned-a.com"}], "zones": [{"nameserver_groups": groups}]}),
    ] {
        let bench = Bench::start().await;
        script(&bench, "POST", "/domains/import", 200, &json!({"data": job}));
        let call = Call::post("/v1/domains/import").bearer(&bench.session("ses_1"));
        let view = bench.send(call.json(&json!({"domains": ["owned-a.com"]})), 202).await.data();
        assert_eq!(view["nameserver_groups"], groups, "{job}");
        assert_eq!(view["domains"], json!([{"domain": "owned-a.com", "status": "in_progress"}]), "{job}");
    }
}

#[tokio::test]
async fn row_25_the_domains_of_a_full_order_are_found_in_every_form() {
    for domains in [
        json!({"registered": ["acme-mail.com", "getacme.com"], "imported": ["acme-hq.com", "tryacme.com"]}),
        json!(FOUR),
        json!(FOUR.map(|name| json!({"domain": name, "inboxes": [{"address": "sam@x"}]}))),
    ] {
        let bench = Bench::start().await;
        bench.stack.sandbox.fail_next(Fault { status: Some(500), act: true, ..Fault::on("POST", "/orders") });
        // The order is looked for, and told from others by its domains.
        bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
        bench.place(&bench.session("ses_1"), &draft(&FOUR), 202).await;
        let mut full = bench.stack.sandbox.orders()[0].clone();
        let id = full["id"].as_str().unwrap().to_owned();
        full["domains"] = domains.clone();
        script(&bench, "GET", &format!("/orders/{id}"), 200, &json!({"data": full}));
        bench.advance(60).await;
        assert_eq!(bench.show_session(&bench.session("ses_1")).await["order"]["id"], json!(id), "{domains}");
        assert_eq!(bench.orders_sent(), 1, "{domains}");
    }
}

#[tokio::test]
async fn row_25a_a_thin_event_is_enough_and_the_rest_is_fetched() {
    let bench = Bench::start().await;
    bench.stack.sandbox.set_webhook_url(None);
    let token = bench.session("ses_1");
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    bench.tell("evt_1", "order.completed", "2026-05-08T12:00:06Z", &json!({"id": id, "status": "completed"})).await;
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["status"], &view["full"]["domain_count"]), (&json!("completed"), &json!(4)));
}

#[tokio::test]
async fn row_26_an_unknown_domain_status_is_kept() {
    let bench = Bench::start().await;
    let data = json!({"id": "dom_1", "domain": "acme.com", "order_id": "ord_1", "status": "warming"});
    bench.tell("evt_1", "domain.warming_up", "2026-05-08T12:00:00Z", &data).await;
    assert_eq!(bench.partner_view("ord_1").await["domains"][0]["status"], "warming_up");
}

#[tokio::test]
async fn row_27_unknown_codes_and_action_types_are_kept_and_the_status_decides() {
    let bench = Bench::start().await;
    let refusal =
        json!({"error": {"code": "domain_on_hold", "message": "The domain is on hold.", "field": "domains[1]"}});
    script(&bench, "POST", "/orders", 422, &refusal);
    let refused = bench.place(&bench.session("ses_1"), &draft(&FOUR), 400).await;
    assert_eq!(refused.findings(), ["domains[1] domain_on_hold"]);
    bench.tell("evt_1", "order.action_required", "2026-05-08T12:00:00Z", &json!({"id": "ord_1"})).await;
    script(&bench, "GET", "/orders/pending", 200, &json!({"data": [{"type": "notary_visit", "reason": "later_word"}]}));
    let action = bench.partner_view("ord_1").await["pending_actions"][0].clone();
    assert_eq!((&action["type"], &action["who"]), (&json!("notary_visit"), &json!("partner")));
}

#[tokio::test]
async fn row_28_quotes_are_made_of_availability_and_no_other_call() {
    let bench = Bench::start().await;
    let quote = Call::post("/v1/quotes").bearer(&bench.session("ses_1")).json(&json!({ "domains": FOUR }));
    bench.send(quote, 200).await;
    assert_eq!(bench.upstream_calls("POST"), ["/domains/availability"]);
}

#[tokio::test]
async fn row_29_upstreams_users_are_left_alone() {
    let bench = Bench::start().await;
    assert!(whole_life(&bench).await.iter().all(|path| !path.starts_with("/users")));
}

#[tokio::test]
async fn row_30_the_case_of_a_currency_makes_no_difference() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    let rows = |currency: &str| {
        let row = |name: &&str| {
            json!({"domain": name, "available": true, "price_cents": 1_300, "renewal_price_cents": 1_500,
                   "currency": currency, "usable_for": ["google", "microsoft"], "premium": false})
        };
        json!({"data": {"domains": FOUR.iter().map(row).collect::<Vec<_>>()}})
    };
    script(&bench, "POST", "/domains/availability", 200, &rows("USD"));
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": FOUR }));
    let quote = bench.send(quote, 200).await.data();
    assert_eq!(quote["currency"], "usd");
    script(&bench, "POST", "/domains/availability", 200, &rows("Usd"));
    let mut body = draft(&FOUR);
    body["quote"] = quote["token"].clone();
    bench.place(&token, &body, 201).await;
}

#[tokio::test]
async fn row_31_a_repeated_order_is_the_same_bytes() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { status: Some(500), ..Fault::on("POST", "/orders") });
    bench.place(&bench.session("ses_1"), &draft(&FOUR), 202).await;
    bench.advance(45).await;
    assert!(bench.show_session(&bench.session("ses_1")).await["order"]["id"].is_string());
    let sent = bench.stack.sandbox.received();
    let bodies: Vec<String> = sent
        .iter()
        .filter(|call| call.method == "POST" && call.path.ends_with("/orders"))
        .map(|call| call.body.to_string())
        .collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
}
