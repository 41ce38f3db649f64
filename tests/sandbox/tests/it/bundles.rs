//! Bundles against the documented samples.

use serde_json::{Value, json};

use crate::harness::{Harness, order};

fn starter() -> Value {
    json!({
        "name": "Starter - 25k emails/month",
        "monthly_sending_volume": 25_000,
        "send_on_weekends": false,
        "google_inboxes_per_domain": 2,
    })
}

#[tokio::test]
async fn documented_bundle_sample_is_reproduced() {
    let harness = Harness::start().await;
    let created = harness.post("/bundles", starter()).await;
    assert_eq!(created.status, 201);
    let id = created.data()["id"].clone();
    assert!(id.as_str().unwrap().starts_with("bun_"));
    assert_eq!(
        *created.data(),
        json!({
            "id": id, "name": "Starter - 25k emails/month", "monthly_sending_volume": 25_000,
            "google_percent": null, "microsoft_percent": null, "send_on_weekends": false,
            "google_inboxes_per_domain": 2,
            "effective": {"google_percent": 50, "microsoft_percent": 50},
            "required_domains": {"google": 15, "microsoft": 4, "total": 19},
            "status": "active", "created_at": "2026-01-01T00:00:00Z",
        })
    );
    let read = harness.get(&format!("/bundles/{}", id.as_str().unwrap())).await;
    assert_eq!(read.data(), created.data());
}

#[tokio::test]
async fn explicit_split_reproduces_the_second_published_size() {
    let harness = Harness::start().await;
    let body = json!({"name": "Big", "monthly_sending_volume": 100_000, "google_percent": 70, "microsoft_percent": 30});
    let created = harness.post("/bundles", body).await;
    assert_eq!(created.data()["required_domains"], json!({"google": 80, "microsoft": 10, "total": 90}));
    assert_eq!(created.data()["microsoft_percent"], 30);
}

#[tokio::test]
async fn every_invalid_bundle_field_is_named() {
    let harness = Harness::start().await;
    for (field, value, named) in [
        ("name", json!(""), "name"),
        ("name", json!(7), "name"),
        ("monthly_sending_volume", json!(null), "monthly_sending_volume"),
        ("monthly_sending_volume", json!(0), "monthly_sending_volume"),
        ("monthly_sending_volume", json!("25000"), "monthly_sending_volume"),
        ("google_inboxes_per_domain", json!(4), "google_inboxes_per_domain"),
        ("send_on_weekends", json!("no"), "send_on_weekends"),
        ("google_percent", json!(50), "microsoft_percent"),
    ] {
        let mut body = starter();
        body[field] = value.clone();
        let answer = harness.post("/bundles", body).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", named), "{field} = {value}");
    }
    let mut uneven = starter();
    uneven["google_percent"] = json!(50);
    uneven["microsoft_percent"] = json!(40);
    assert_eq!(harness.post("/bundles", uneven).await.refusal().2, "google_percent");
    assert_eq!(harness.post("/bundles", json!([])).await.refusal(), (400, "invalid_request", ""));
}

#[tokio::test]
async fn update_recomputes_the_size_and_nulls_reset_the_split() {
    let harness = Harness::start().await;
    let id = harness.sandbox.create_bundle("Starter", 25_000);
    let path = format!("/bundles/{id}");
    let changed = harness.patch(&path, json!({"google_percent": 100, "microsoft_percent": 0, "name": "G"})).await;
    assert_eq!(changed.data()["required_domains"], json!({"google": 29, "microsoft": 0, "total": 29}));
    let back = harness.patch(&path, json!({"google_percent": null, "microsoft_percent": null})).await;
    assert_eq!(back.data()["google_percent"], json!(null));
    assert_eq!(back.data()["required_domains"]["total"], 19);
    assert_eq!(back.data()["name"], "G");
    let half = harness.patch(&path, json!({"google_percent": 60})).await;
    assert_eq!(half.refusal(), (400, "invalid_request", "microsoft_percent"));
}

#[tokio::test]
async fn unused_bundle_is_deleted_and_used_one_archived() {
    let harness = Harness::start().await;
    let unused = harness.sandbox.create_bundle("Unused", 25_000);
    let deleted = harness.delete(&format!("/bundles/{unused}")).await;
    assert_eq!(*deleted.data(), json!({"id": unused, "status": "deleted"}));
    assert_eq!(harness.get(&format!("/bundles/{unused}")).await.refusal().0, 404);

    let body = json!({"name": "One", "monthly_sending_volume": 1, "google_percent": 100, "microsoft_percent": 0});
    let used = harness.post("/bundles", body).await.data()["id"].as_str().unwrap().to_owned();
    let mut placed = order(&["acme-mail.com"], 1);
    for field in ["google_licenses", "microsoft_licenses", "google_inboxes_per_domain"] {
        placed.as_object_mut().unwrap().remove(field);
    }
    placed["bundle_id"] = json!(used);
    harness.place(placed.clone()).await;
    assert_eq!(harness.delete(&format!("/bundles/{used}")).await.data()["status"], "archived");
    assert_eq!(harness.get("/bundles?status=archived").await.data()[0]["id"], json!(used));
    assert_eq!(harness.get("/bundles?status=active").await.data(), &json!([]));

    placed["domains"] = json!(["other-mail.com"]);
    assert_eq!(harness.post("/orders", placed).await.refusal(), (400, "invalid_request", "bundle_id"));
}
