//! What an order has to look like, what it costs, and that the same body is the same order.

use serde_json::{Value, json};

use crate::bench::{Bench, but, order};

#[tokio::test]
async fn a_custom_order_is_answered_with_the_lean_receipt() {
    let bench = Bench::start().await;
    let placed = bench.post("/orders", order(&["acme-mail.com", "acme-shop.com"], 1)).await;
    assert_eq!(placed.status, 200);
    let data = placed.data();
    assert!(data["id"].as_str().unwrap().starts_with("ord_"));
    assert!(data["user_id"].as_str().unwrap().starts_with("usr_"));
    assert_eq!(
        *data,
        json!({
            "id": data["id"], "user_id": data["user_id"], "email": "client@example.com", "bundle_id": null,
            "status": "in_progress", "domain_count": 2,
            "costs": {"total_cents": 2 * 100 + 900 + 2 * 1300, "currency": "usd"},
            "renews_at": "2026-02-01T00:00:00Z", "created_at": "2026-01-01T00:00:00Z",
        })
    );
}

#[tokio::test]
async fn the_full_order_lists_costs_that_add_up_and_where_the_domains_come_from() {
    let bench = Bench::start().await;
    let imported = bench.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    bench.sandbox.switch_nameservers(imported.data()["id"].as_str().unwrap());
    let id = bench.place(order(&["acme-mail.io", "owned-acme.com"], 1)).await;
    let full = bench.get(&format!("/orders/{id}")).await;
    let costs = &full.data()["costs"];
    assert_eq!(
        costs["line_items"],
        json!([
            {"type": "google_license", "quantity": 2, "amount_cents": 200},
            {"type": "microsoft_license", "quantity": 1, "amount_cents": 900},
            {"type": "domain_registration", "quantity": 1, "amount_cents": 3900},
        ])
    );
    assert_eq!(costs["total_cents"], 5000);
    assert_eq!(full.data()["domains"], json!({"registered": ["acme-mail.io"], "imported": ["owned-acme.com"]}));
    let persona = json!([{"first_name": "Sam", "last_name": "Lee", "profile_picture_url": null}]);
    assert_eq!(full.data()["personas"], persona);
}

#[tokio::test]
async fn a_bundle_order_needs_exactly_the_domains_of_the_bundle() {
    let bench = Bench::start().await;
    let bundle = bench.sandbox.create_bundle("Starter", 25_000);
    let names: Vec<String> = (0..19).map(|n| format!("acme-mail-{n}.com")).collect();
    let mut body = order(&[], 0);
    for field in ["google_licenses", "microsoft_licenses", "google_inboxes_per_domain"] {
        body = but(body, field, json!(null));
    }
    body["bundle_id"] = json!(bundle);
    body["domains"] = json!(names[..17]);
    let short = bench.post("/orders", body.clone()).await;
    assert_eq!(short.refusal(), (400, "domain_count_mismatch", "domains"));
    assert_eq!(
        short.body["error"]["details"],
        json!({"required_count": 19, "submitted_count": 17, "missing_count": 2})
    );
    body["domains"] = json!(names);
    let placed = bench.post("/orders", body.clone()).await;
    assert_eq!(placed.data()["bundle_id"], json!(bundle));
    assert_eq!(placed.data()["costs"]["total_cents"], 30 * 100 + 4 * 900 + 19 * 1300);

    body["domains"] = json!((0..20).map(|n| format!("other-mail-{n}.com")).collect::<Vec<_>>());
    let surplus = bench.post("/orders", body).await;
    assert_eq!(surplus.body["error"]["details"]["missing_count"], 0);
}

#[tokio::test]
async fn each_wrong_field_of_an_order_is_named() {
    let bench = Bench::start().await;
    let good = order(&["acme-mail.com"], 1);
    let login = |field: &str| {
        let mut sequencer = good["sequencer"].clone();
        sequencer.as_object_mut().unwrap().remove(field);
        sequencer
    };
    let persona = |value: Value| json!([value]);
    let many: Vec<Value> = vec![good["personas"][0].clone(); 11];
    let cases: Vec<(&str, Value, &str)> = vec![
        ("user", json!(null), "user"),
        ("user", json!({"email": "client@example.com"}), "user"),
        ("user", json!("nobody"), "user"),
        ("user", json!("usr_UNKNOWN"), "user"),
        ("sequencer", json!(null), "sequencer"),
        ("sequencer", login("provider"), "sequencer.provider"),
        ("sequencer", login("login_email"), "sequencer.login_email"),
        ("sequencer", login("login_password"), "sequencer.login_password"),
        ("personas", json!(null), "personas"),
        ("personas", json!([]), "personas"),
        ("personas", json!(many), "personas"),
        ("personas", persona(json!({"first_name": "Sam", "profile_picture_url": null})), "personas[0].last_name"),
        ("personas", persona(json!({"first_name": "Sam", "last_name": "Lee"})), "personas[0].profile_picture_url"),
        (
            "personas",
            persona(json!({"first_name": "Sam", "last_name": "Lee", "profile_picture_url": "sam.jpg"})),
            "personas[0].profile_picture_url",
        ),
        ("domains", json!(null), "domains"),
        ("domains", json!([7]), "domains"),
        ("domains", json!(["mail.acme-mail.com"]), "domains"),
        ("domains", json!(["acme-mail.com", "ACME-mail.com"]), "domains"),
        ("domains", json!([{"domain": "acme-mail.com", "forwarding_url": "acme.com"}]), "forwarding_url"),
        ("forwarding_url", json!("ftp://acme.com"), "forwarding_url"),
        ("google_inboxes_per_domain", json!(4), "google_inboxes_per_domain"),
        ("google_licenses", json!("2"), "google_licenses"),
    ];
    for (field, value, named) in cases {
        let answer = bench.post("/orders", but(good.clone(), field, value.clone())).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", named), "{field} = {value}");
    }
    assert_eq!(bench.sandbox.orders().len(), 0);
    assert_eq!(bench.get("/users").await.data(), &json!([]), "a refused order leaves no user behind");
}

#[tokio::test]
async fn bundle_and_licences_together_conflict_and_neither_is_refused() {
    let bench = Bench::start().await;
    let bundle = bench.sandbox.create_bundle("Starter", 25_000);
    let both = but(order(&["acme-mail.com"], 1), "bundle_id", json!(bundle));
    assert_eq!(bench.post("/orders", both).await.refusal(), (400, "order_shape_conflict", ""));
    let mut neither = order(&["acme-mail.com"], 1);
    for field in ["google_licenses", "microsoft_licenses", "google_inboxes_per_domain"] {
        neither = but(neither, field, json!(null));
    }
    assert_eq!(bench.post("/orders", neither).await.refusal(), (400, "invalid_request", "bundle_id"));
}

#[tokio::test]
async fn domains_that_cannot_be_had_are_all_named_with_their_reason() {
    let bench = Bench::start().await;
    bench.place(order(&["acme-mail.com"], 1)).await;
    bench.post("/domains/import", json!({"domains": ["moving-acme.com"]})).await;
    let names =
        ["acme-mail.com", "team-acme.com", "premium-acme.com", "moving-acme.com", "errored-acme.com", "fine-acme.com"];
    let answer = bench.post("/orders", order(&names, 3)).await;
    assert_eq!(answer.refusal(), (400, "invalid_request", "domains"));
    assert_eq!(
        answer.body["error"]["details"]["domains"],
        json!([
            {"domain": "acme-mail.com", "reason": "already_used"},
            {"domain": "team-acme.com", "reason": "taken"},
            {"domain": "premium-acme.com", "reason": "premium"},
            {"domain": "moving-acme.com", "reason": "import_in_progress"},
            {"domain": "errored-acme.com", "reason": "errored"},
        ])
    );
}

#[tokio::test]
async fn a_split_that_the_domains_cannot_serve_is_refused_and_one_that_works_is_assigned() {
    let bench = Bench::start().await;
    let names = ["google-only-a.com", "acme-mail.io", "acme-mail.com"];
    let refused = bench.post("/orders", order(&names, 1)).await;
    assert_eq!(refused.refusal(), (400, "provider_split_unsatisfiable", "domains"));
    assert_eq!(
        refused.body["error"]["details"],
        json!({"required_google": 1, "required_microsoft": 2, "usable_for_google": 3, "usable_for_microsoft": 1})
    );
    bench.place(order(&names, 2)).await;
    let rows = bench.get("/domains").await;
    let microsoft: Vec<&Value> =
        rows.data().as_array().unwrap().iter().filter(|row| row["provider"] == "microsoft").collect();
    assert_eq!(microsoft.len(), 1);
    assert_eq!(microsoft[0]["domain"], "acme-mail.com");
}

#[tokio::test]
async fn the_same_body_within_24_hours_is_the_same_order_as_it_stands_now() {
    let bench = Bench::start().await;
    let body = order(&["acme-mail.com"], 1);
    let first = bench.post("/orders", body.clone()).await;
    bench.advance(24 * 3600 - 1).await;
    // The keys in another order and other spaces are the same body.
    let spaced = serde_json::to_string_pretty(&body).unwrap();
    let url = format!("{}/orders", bench.sandbox.base_url());
    let again = bench.send_to(reqwest::Method::POST, &url, Some(spaced)).await.unwrap();
    assert_eq!(again.data()["id"], first.data()["id"]);
    assert_eq!(again.data()["status"], "completed");
    assert_eq!(bench.sandbox.orders_of("client@example.com"), 1);

    bench.advance(1).await;
    let late = bench.post("/orders", body).await;
    assert_eq!(late.refusal(), (400, "invalid_request", "domains"), "the window is over and the domain is used");
}

#[tokio::test]
async fn a_body_that_differs_anywhere_is_another_order() {
    let bench = Bench::start().await;
    bench.place(order(&["acme-mail.com"], 1)).await;
    let other = but(order(&["acme-mail.com"], 1), "forwarding_url", json!("https://acme.org"));
    assert_eq!(bench.post("/orders", other).await.refusal().1, "invalid_request");
}

#[tokio::test]
async fn forwarding_is_set_per_domain_or_for_the_whole_order() {
    let bench = Bench::start().await;
    let mut body = order(&["acme-mail.com", "acme-shop.com"], 1);
    body["domains"][1] = json!({"domain": "acme-shop.com", "forwarding_url": "https://shop.acme.com"});
    bench.place(body).await;
    let rows = bench.get("/domains").await;
    assert_eq!(rows.data()[0]["forwarding_url"], "https://shop.acme.com");
    assert_eq!(rows.data()[1]["forwarding_url"], "https://acme.com");
}

#[tokio::test]
async fn the_login_is_kept_nowhere() {
    let bench = Bench::start().await;
    bench.place(order(&["acme-mail.com"], 1)).await;
    let broken = r#"{"sequencer": {"login_password": "correct horse battery staple""#.to_owned();
    let url = format!("{}/orders", bench.sandbox.base_url());
    bench.send_to(reqwest::Method::POST, &url, Some(broken)).await.unwrap();
    bench.advance(60).await;
    let kept = json!([bench.sandbox.received(), bench.sandbox.orders(), bench.sandbox.events()]).to_string();
    assert!(kept.contains("[redacted]"));
    assert!(!kept.contains("correct horse"), "the password is kept");
    assert!(!kept.contains("pk_test_sandbox"), "the key is kept");
}
