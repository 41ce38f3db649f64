//! Bundles of the partner: created, listed, read, updated and archived, only with the partner's key.

use crate::client::{Call, Harness};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

fn starter() -> Value {
    json!({"name": "Starter - 25k emails/month", "monthly_sending_volume": 25_000, "send_on_weekends": false,
           "google_inboxes_per_domain": 2})
}

async fn names(harness: &Harness, path: &str) -> Vec<String> {
    let page = harness.as_partner("GET", path, None, 200).await.data();
    page.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn bundle_is_created_read_updated_and_deleted() {
    let harness = Harness::start().await;
    let made = harness.as_partner("POST", "/v1/bundles", Some(&starter()), 201).await.data();
    let id = made["id"].as_str().unwrap();
    // The documented sample: docs/upstream.md#bundle-sizing.
    assert_eq!(made["required_domains"], json!({"google": 15, "microsoft": 4, "total": 19}));
    assert_eq!(made["effective"], json!({"google_percent": 50, "microsoft_percent": 50}));
    assert_eq!((&made["google_percent"], &made["status"]), (&Value::Null, &json!("active")));
    let path = format!("/v1/bundles/{id}");
    assert_eq!(harness.as_partner("GET", &path, None, 200).await.data(), made);
    let change =
        json!({"name": "Growth", "monthly_sending_volume": 100_000, "google_percent": 70, "microsoft_percent": 30});
    let changed = harness.as_partner("PATCH", &path, Some(&change), 200).await.data();
    assert_eq!(changed["required_domains"], json!({"google": 80, "microsoft": 10, "total": 90}));
    let back = json!({"google_percent": null, "microsoft_percent": null});
    let changed = harness.as_partner("PATCH", &path, Some(&back), 200).await.data();
    assert_eq!(changed["effective"]["google_percent"], 50);
    let gone = harness.as_partner("DELETE", &path, None, 200).await.data();
    assert_eq!(gone, json!({"id": id, "status": "deleted"}));
    let missing = harness.as_partner("GET", &path, None, 404).await;
    assert_eq!(missing.code(), "not_found");
    assert!(missing.error()["details"]["upstream_request_id"].as_str().unwrap().starts_with("req_"));
}

#[tokio::test]
async fn session_shows_the_updated_bundle() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    assert_eq!(harness.show_session(&token).await["plan"]["required_domains"]["total"], 4);
    let path = format!("/v1/bundles/{}", harness.stack.bundle_id());
    harness.as_partner("PATCH", &path, Some(&json!({"monthly_sending_volume": 25_000})), 200).await;
    assert_eq!(harness.show_session(&token).await["plan"]["required_domains"]["total"], 19);
}

#[tokio::test]
async fn bundle_pages_link_to_our_own_urls() {
    let harness = Harness::start().await;
    for number in 0..3 {
        let mut bundle = starter();
        bundle["name"] = json!(format!("Bundle {number}"));
        harness.as_partner("POST", "/v1/bundles", Some(&bundle), 201).await;
    }
    let mut path = "/v1/bundles?per_page=2&status=active".to_owned();
    let mut seen = Vec::new();
    for returned in [2, 2, 1] {
        let page = harness.as_partner("GET", &path, None, 200).await.json();
        assert_eq!(page["meta"], json!({"path": "/v1/bundles", "per_page": 2, "returned": returned}));
        assert_eq!(page["links"]["first"], "/v1/bundles?status=active&per_page=2");
        seen.extend(page["data"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()));
        path = page["links"]["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(path, "", "the third page is the last");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 5, "{seen:?}");
    assert!(names(&harness, "/v1/bundles?status=archived").await.is_empty());
}

#[tokio::test]
async fn bundle_with_lost_response_is_found_by_name() {
    for fault in [
        Fault { drop: Some(Drop::After), ..Fault::on("POST", "/bundles") },
        Fault { status: Some(500), act: true, ..Fault::on("POST", "/bundles") },
        // A proxy's response, which is not a documented error.
        Fault { status: Some(408), act: true, ..Fault::on("POST", "/bundles") },
        Fault { status: Some(400), body: Some("<html>".to_owned()), act: true, ..Fault::on("POST", "/bundles") },
        Fault { status: Some(404), body: Some(String::new()), act: true, ..Fault::on("POST", "/bundles") },
        // Certainly not created: the call is sent again.
        Fault { status: Some(503), ..Fault::on("POST", "/bundles") },
    ] {
        let harness = Harness::start().await;
        // A bundle of the same name and another size is a different one.
        let mut other = starter();
        other["monthly_sending_volume"] = json!(5_000);
        harness.as_partner("POST", "/v1/bundles", Some(&other), 201).await;
        harness.stack.sandbox.fail_next(fault.clone());
        let made = harness.as_partner("POST", "/v1/bundles", Some(&starter()), 201).await.data();
        assert_eq!(made["required_domains"]["total"], 19);
        let all = names(&harness, "/v1/bundles").await;
        assert_eq!(all.iter().filter(|name| *name == "Starter - 25k emails/month").count(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn bundle_that_may_still_be_created_is_not_sent_again() {
    let page = Some("<html>".to_owned());
    for (fault, code) in [
        (Fault { drop: Some(Drop::Before), ..Fault::default() }, "upstream_unavailable"),
        (Fault { status: Some(408), ..Fault::default() }, "upstream_unavailable"),
        (Fault { status: Some(504), ..Fault::default() }, "upstream_unavailable"),
        (Fault { status: Some(400), body: page, ..Fault::default() }, "upstream_unreadable"),
    ] {
        let harness = Harness::start().await;
        let on = Fault::on("POST", "/bundles");
        harness.stack.sandbox.fail_next(Fault { method: on.method, path: on.path, ..fault });
        assert_eq!(harness.as_partner("POST", "/v1/bundles", Some(&starter()), 502).await.code(), code);
        assert_eq!(harness.upstream_calls("POST"), ["/bundles"]);
    }
}

#[tokio::test]
async fn invalid_bundle_is_refused_with_all_problems() {
    let harness = Harness::start().await;
    let cases: [(Value, &[&str]); 6] = [
        (json!({}), &["name missing_field", "monthly_sending_volume missing_field"]),
        (
            json!({"name": " ", "monthly_sending_volume": 0, "google_percent": 60, "google_inboxes_per_domain": 4,
                   "send_on_weekends": "no", "customer_price_cents": 5}),
            &[
                "name name_invalid",
                "monthly_sending_volume out_of_range",
                "google_percent percents_invalid",
                "send_on_weekends wrong_type",
                "google_inboxes_per_domain out_of_range",
                "customer_price_cents unknown_field",
            ],
        ),
        (json!({"name": "a", "monthly_sending_volume": 1.5}), &["monthly_sending_volume out_of_range"]),
        (
            json!({"name": "a", "monthly_sending_volume": 1, "google_percent": 60, "microsoft_percent": 41}),
            &["google_percent percents_invalid"],
        ),
        (
            json!({"name": "a", "monthly_sending_volume": 1, "google_percent": null, "microsoft_percent": 100}),
            &["google_percent percents_invalid"],
        ),
        (json!({"name": "a\nb", "monthly_sending_volume": 1}), &["name name_invalid"]),
    ];
    for (body, findings) in cases {
        assert_eq!(harness.as_partner("POST", "/v1/bundles", Some(&body), 400).await.findings(), findings, "{body}");
    }
    let path = format!("/v1/bundles/{}", harness.stack.bundle_id());
    assert_eq!(harness.as_partner("PATCH", &path, Some(&json!({})), 400).await.findings(), ["name nothing_to_change"]);
    let query = "/v1/bundles?status=gone&per_page=0&color=red&status=active";
    assert_eq!(
        harness.as_partner("GET", query, None, 400).await.findings(),
        ["status duplicate_parameter", "per_page out_of_range", "color unknown_parameter"]
    );
    assert!(harness.stack.sandbox.received().is_empty(), "nothing wrong goes upstream");
}

#[tokio::test]
async fn session_token_cannot_manage_bundles() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    let path = format!("/v1/bundles/{}", harness.stack.bundle_id());
    for call in [
        Call::get("/v1/bundles"),
        Call::post("/v1/bundles").json(&starter()),
        Call::get(&path),
        Call::new(reqwest::Method::PATCH, &path).json(&json!({"name": "x"})),
        Call::new(reqwest::Method::DELETE, &path),
    ] {
        assert_eq!(harness.send(call.clone().bearer(&token), 401).await.code(), "partner_key_wrong");
        assert_eq!(harness.send(call, 401).await.code(), "partner_key_missing");
    }
    assert!(harness.stack.sandbox.received().is_empty());
}
