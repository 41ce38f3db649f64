//! The partner's customers.

use serde_json::json;

use crate::bench::{Bench, order};

#[tokio::test]
async fn a_user_is_created_read_changed_and_softly_deleted() {
    let bench = Bench::start().await;
    let body = json!({"email": "Client@Example.com", "sequencer": {"provider": "smartlead", "client_id": 366_903}});
    let created = bench.post("/users", body).await;
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
    assert_eq!(bench.get(&path).await.data(), created.data());

    let change = json!({"first_name": "Alex", "sequencer": {"provider": "smartlead", "client_id": ""}});
    let changed = bench.patch(&path, change).await;
    assert_eq!(changed.data()["first_name"], "Alex");
    assert_eq!(changed.data()["sequencer"]["client_id"], json!(null));
    assert_eq!(changed.data()["email"], "client@example.com");

    assert_eq!(bench.delete(&path).await.data()["status"], "deleted");
    assert_eq!(bench.get(&path).await.data()["status"], "deleted");
    assert_eq!(bench.delete(&path).await.refusal(), (404, "not_found", ""));
    let same = json!({"email": "client@example.com", "sequencer": {"provider": "smartlead"}});
    assert_eq!(bench.post("/users", same).await.status, 201);
}

#[tokio::test]
async fn an_email_belongs_to_one_active_user() {
    let bench = Bench::start().await;
    let body = json!({"email": "a@example.com", "sequencer": {"provider": "smartlead"}});
    assert_eq!(bench.post("/users", body.clone()).await.status, 201);
    assert_eq!(bench.post("/users", body).await.refusal(), (400, "invalid_request", "email"));
}

#[tokio::test]
async fn wrong_users_are_refused_by_field() {
    let bench = Bench::start().await;
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
        assert_eq!(bench.post("/users", body).await.refusal(), (400, "invalid_request", field));
    }
}

#[tokio::test]
async fn users_are_listed_by_email_and_status() {
    let bench = Bench::start().await;
    for email in ["a@example.com", "b@example.com"] {
        bench.post("/users", json!({"email": email, "sequencer": {"provider": "smartlead"}})).await;
    }
    let by_email = bench.get("/users?email=a%40example.com").await;
    assert_eq!(by_email.data().as_array().unwrap().len(), 1);
    assert_eq!(bench.get("/users?status=deleted").await.data(), &json!([]));
    assert_eq!(bench.get("/users?status=gone").await.refusal(), (400, "invalid_request", "status"));
}

#[tokio::test]
async fn an_order_reuses_a_known_email_and_creates_an_unknown_one() {
    let bench = Bench::start().await;
    bench.place(order(&["acme-mail.com"], 1)).await;
    bench.place(order(&["acme-shop.com"], 1)).await;
    let users = bench.get("/users").await;
    assert_eq!(users.data().as_array().unwrap().len(), 1);
    assert_eq!(users.data()[0]["email"], "client@example.com");
    assert_eq!(users.data()[0]["sequencer"], json!({"provider": "smartlead", "client_id": 366_903}));
}
