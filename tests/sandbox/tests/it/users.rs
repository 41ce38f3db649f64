//! The partner's customers.

use serde_json::json;

use crate::harness::{Harness, order};

#[tokio::test]
async fn user_is_created_read_updated_and_soft_deleted() {
    let harness = Harness::start().await;
    let body = json!({"email": "Client@Example.com", "sequencer": {"provider": "smartlead", "client_id": 366_903}});
    let created = harness.post("/users", body).await;
    assert_eq!(created.status, 201);
    let id = created.data()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        *created.data(),
        json!({
            "id": id, "email": "client@example.com", "first_name": null, "last_name": null, "status": "active",
            "sequencer": {"provider": "smartlead", "client_id": 366_903}, "created_at": "2026-01-01T00:00:00Z",
        })
    );
    let path = format!("/users/{id}");
    assert_eq!(harness.get(&path).await.data(), created.data());

    let change = json!({"first_name": "Alex", "sequencer": {"provider": "smartlead", "client_id": ""}});
    let changed = harness.patch(&path, change).await;
    assert_eq!(changed.data()["first_name"], "Alex");
    assert_eq!(changed.data()["sequencer"]["client_id"], json!(null));
    assert_eq!(changed.data()["email"], "client@example.com");

    assert_eq!(harness.delete(&path).await.data()["status"], "deleted");
    assert_eq!(harness.get(&path).await.data()["status"], "deleted");
    assert_eq!(harness.delete(&path).await.refusal(), (404, "not_found", ""));
    let same = json!({"email": "client@example.com", "sequencer": {"provider": "smartlead"}});
    assert_eq!(harness.post("/users", same).await.status, 201);
}

#[tokio::test]
async fn email_is_unique_among_active_users() {
    let harness = Harness::start().await;
    let body = json!({"email": "a@example.com", "sequencer": {"provider": "smartlead"}});
    assert_eq!(harness.post("/users", body.clone()).await.status, 201);
    assert_eq!(harness.post("/users", body).await.refusal(), (400, "invalid_request", "email"));
}

#[tokio::test]
async fn invalid_users_are_refused_by_field() {
    let harness = Harness::start().await;
    for (body, field) in [
        (json!({"sequencer": {"provider": "smartlead"}}), "email"),
        (json!({"email": "nobody", "sequencer": {"provider": "smartlead"}}), "email"),
        (json!({"email": "a@example.com"}), "sequencer"),
        (json!({"email": "a@example.com", "sequencer": {"provider": "other"}}), "sequencer.provider"),
        (
            json!({"email": "a@example.com", "sequencer": {"provider": "smartlead", "client_id": "x"}}),
            "sequencer.client_id",
        ),
    ] {
        assert_eq!(harness.post("/users", body).await.refusal(), (400, "invalid_request", field));
    }
}

#[tokio::test]
async fn users_are_listed_by_email_and_status() {
    let harness = Harness::start().await;
    for email in ["a@example.com", "b@example.com"] {
        harness.post("/users", json!({"email": email, "sequencer": {"provider": "smartlead"}})).await;
    }
    let by_email = harness.get("/users?email=a%40example.com").await;
    assert_eq!(by_email.data().as_array().unwrap().len(), 1);
    assert_eq!(harness.get("/users?status=deleted").await.data(), &json!([]));
    assert_eq!(harness.get("/users?status=gone").await.refusal(), (400, "invalid_request", "status"));
}

#[tokio::test]
async fn order_reuses_or_creates_the_user_of_its_email() {
    let harness = Harness::start().await;
    harness.place(order(&["acme-mail.com"], 1)).await;
    harness.place(order(&["acme-shop.com"], 1)).await;
    let users = harness.get("/users").await;
    assert_eq!(users.data().as_array().unwrap().len(), 1);
    assert_eq!(users.data()[0]["email"], "client@example.com");
    assert_eq!(users.data()[0]["sequencer"], json!({"provider": "smartlead", "client_id": 366_903}));
}
