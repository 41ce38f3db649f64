//! Placing orders: validation, costs, and duplicates.

use serde_json::{Value, json};

use crate::harness::{Harness, but, order};

#[tokio::test]
async fn custom_order_returns_the_short_receipt() {
    let harness = Harness::start().await;
    let placed = harness.post("/orders", order(&["acme-mail.com", "acme-shop.com"], 1)).await;
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
async fn full_order_lists_costs_and_domain_sources() {
    let harness = Harness::start().await;
    let imported = harness.post("/domains/import", json!({"domains": ["owned-acme.com"]})).await;
    harness.sandbox.switch_nameservers(imported.data()["id"].as_str().unwrap());
    let id = harness.place(order(&["acme-mail.io", "owned-acme.com"], 1)).await;
    let full = harness.get(&format!("/orders/{id}")).await;
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
async fn bundle_order_needs_exactly_the_bundle_domain_count() {
    let harness = Harness::start().await;
    let bundle = harness.sandbox.create_bundle("Starter", 25_000);
    let names: Vec<String> = (0..19).map(|n| format!("acme-mail-{n}.com")).collect();
    let mut body = order(&[], 0);
    for field in ["google_licenses", "microsoft_licenses", "google_inboxes_per_domain"] {
        body = but(body, field, json!(null));
    }
    body["bundle_id"] = json!(bundle);
    body["domains"] = json!(names[..17]);
    let short = harness.post("/orders", body.clone()).await;
    assert_eq!(short.refusal(), (400, "domain_count_mismatch", "domains"));
    assert_eq!(
        short.body["error"]["details"],
        json!({"required_count": 19, "submitted_count": 17, "missing_count": 2})
    );
    body["domains"] = json!(names);
    let placed = harness.post("/orders", body.clone()).await;
    assert_eq!(placed.data()["bundle_id"], json!(bundle));
    assert_eq!(placed.data()["costs"]["total_cents"], 30 * 100 + 4 * 900 + 19 * 1300);

    body["domains"] = json!((0..20).map(|n| format!("other-mail-{n}.com")).collect::<Vec<_>>());
    let surplus = harness.post("/orders", body).await;
    assert_eq!(surplus.body["error"]["details"]["missing_count"], 0);
}

#[tokio::test]
async fn every_invalid_order_field_is_named() {
    let harness = Harness::start().await;
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
        let answer = harness.post("/orders", but(good.clone(), field, value.clone())).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", named), "{field} = {value}");
    }
    assert_eq!(harness.sandbox.orders().len(), 0);
    assert_eq!(harness.get("/users").await.data(), &json!([]), "a refused order leaves no user behind");
}

#[tokio::test]
async fn order_needs_either_a_bundle_or_licences() {
    let harness = Harness::start().await;
    let bundle = harness.sandbox.create_bundle("Starter", 25_000);
    let both = but(order(&["acme-mail.com"], 1), "bundle_id", json!(bundle));
    assert_eq!(harness.post("/orders", both).await.refusal(), (400, "order_shape_conflict", ""));
    let mut neither = order(&["acme-mail.com"], 1);
    for field in ["google_licenses", "microsoft_licenses", "google_inboxes_per_domain"] {
        neither = but(neither, field, json!(null));
    }
    assert_eq!(harness.post("/orders", neither).await.refusal(), (400, "invalid_request", "bundle_id"));
}

#[tokio::test]
async fn unavailable_domains_are_listed_with_reasons() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.post("/domains/import", json!({"domains": ["moving-acme.com"]})).await;
    let names =
        ["acme-mail.com", "team-acme.com", "premium-acme.com", "moving-acme.com", "errored-acme.com", "fine-acme.com"];
    let answer = harness.post("/orders", order(&names, 3)).await;
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
async fn split_is_assigned_or_refused() {
    let harness = Harness::start().await;
    let names = ["google-only-a.com", "acme-mail.io", "acme-mail.com"];
    let refused = harness.post("/orders", order(&names, 1)).await;
    assert_eq!(refused.refusal(), (400, "provider_split_unsatisfiable", "domains"));
    assert_eq!(
        refused.body["error"]["details"],
        json!({"required_google": 1, "required_microsoft": 2, "usable_for_google": 3, "usable_for_microsoft": 1})
    );
    harness.place(order(&names, 2)).await;
    let rows = harness.get("/domains").await;
    let microsoft: Vec<&Value> =
        rows.data().as_array().unwrap().iter().filter(|row| row["provider"] == "microsoft").collect();
    assert_eq!(microsoft.len(), 1);
    assert_eq!(microsoft[0]["domain"], "acme-mail.com");
}

#[tokio::test]
async fn same_body_within_24_hours_returns_the_current_order() {
    let harness = Harness::start().await;
    let body = order(&["acme-mail.com"], 1);
    let first = harness.post("/orders", body.clone()).await;
    harness.advance(24 * 3600 - 1).await;
    // A body with reordered keys and other spaces is the same body.
    let spaced = serde_json::to_string_pretty(&body).unwrap();
    let url = format!("{}/orders", harness.sandbox.base_url());
    let again = harness.send_to(reqwest::Method::POST, &url, Some(spaced)).await.unwrap();
    assert_eq!(again.data()["id"], first.data()["id"]);
    assert_eq!(again.data()["status"], "completed");
    assert_eq!(harness.sandbox.orders_of("client@example.com"), 1);

    harness.advance(1).await;
    let late = harness.post("/orders", body).await;
    assert_eq!(late.refusal(), (400, "invalid_request", "domains"), "the window is over and the domain is used");
}

#[tokio::test]
async fn different_body_is_another_order() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    let other = but(order(&["acme-mail.com"], 1), "forwarding_url", json!("https://acme.org"));
    assert_eq!(harness.post("/orders", other).await.refusal().1, "invalid_request");
}

#[tokio::test]
async fn forwarding_is_set_per_domain_or_per_order() {
    let harness = Harness::start().await;
    let mut body = order(&["acme-mail.com", "acme-shop.com"], 1);
    body["domains"][1] = json!({"domain": "acme-shop.com", "forwarding_url": "https://shop.acme.com"});
    harness.place(body).await;
    let rows = harness.get("/domains").await;
    assert_eq!(rows.data()[0]["forwarding_url"], "https://shop.acme.com");
    assert_eq!(rows.data()[1]["forwarding_url"], "https://acme.com");
}

#[tokio::test]
async fn sequencer_login_is_not_stored() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    let broken = r#"{"sequencer": {"login_password": "correct horse battery staple""#.to_owned();
    let url = format!("{}/orders", harness.sandbox.base_url());
    harness.send_to(reqwest::Method::POST, &url, Some(broken)).await.unwrap();
    harness.advance(60).await;
    let kept = json!([harness.sandbox.received(), harness.sandbox.orders(), harness.sandbox.events()]).to_string();
    assert!(kept.contains("[redacted]"));
    assert!(!kept.contains("correct horse"), "the password is kept");
    assert!(!kept.contains("pk_test_sandbox"), "the key is kept");
}
