//! Pages, links and filters.

use serde_json::{Value, json};

use crate::harness::{Harness, but, order};

fn ids(page: &Value) -> Vec<String> {
    let rows = page["data"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_run_from_newest_to_oldest() {
    let harness = Harness::start().await;
    let made: Vec<String> = (0..5).map(|n| harness.sandbox.create_bundle(&format!("B{n}"), 1000)).collect();
    let first = harness.get("/bundles?per_page=2").await.body;
    let path = format!("{}/bundles", harness.sandbox.base_url());
    assert_eq!(first["meta"], json!({"path": path, "per_page": 2, "returned": 2}));
    assert_eq!(first["links"]["first"], json!(format!("{path}?per_page=2")));
    let mut seen = ids(&first);
    let mut next = first["links"]["next"].clone();
    while let Some(url) = next.as_str() {
        let page = harness.send_to(reqwest::Method::GET, url, None).await.unwrap().body;
        seen.extend(ids(&page));
        next = page["links"]["next"].clone();
    }
    seen.reverse();
    assert_eq!(seen, made);
}

#[tokio::test]
async fn invalid_page_sizes_and_tokens_are_refused() {
    let harness = Harness::start().await;
    for n in 0..3 {
        harness.sandbox.create_bundle(&format!("B{n}"), 1000);
    }
    for size in ["0", "101", "-1", "many"] {
        let answer = harness.get(&format!("/bundles?per_page={size}")).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", "per_page"), "{size}");
    }
    let page = harness.get("/bundles?per_page=1").await.body;
    let token = page["links"]["next"].as_str().unwrap().split("page_token=").nth(1).unwrap().to_owned();
    assert_eq!(harness.get(&format!("/bundles?per_page=1&page_token={token}")).await.status, 200);
    for (list, token) in [("bundles", "eyJjdXJzb3IiOiJ4eXoifQ"), ("users", token.as_str())] {
        let answer = harness.get(&format!("/{list}?page_token={token}")).await;
        assert_eq!(answer.refusal(), (400, "invalid_request", "page_token"));
    }
    assert_eq!(harness.get("/bundles").await.body["meta"]["per_page"], 25);
    assert_eq!(harness.get("/bundles?per_page=100").await.status, 200);
}

#[tokio::test]
async fn orders_are_listed_newest_first_and_filtered() {
    let harness = Harness::start().await;
    let first = harness.place(order(&["acme-mail.com"], 1)).await;
    harness.advance(6).await;
    let other = but(order(&["acme-shop.com"], 1), "user", json!("other@example.com"));
    let second = harness.place(other).await;

    let all = harness.get("/orders").await;
    assert_eq!(ids(&all.body), [second.clone(), first.clone()]);
    let receipt = &all.data()[0];
    assert_eq!(receipt["bundle_id"], json!(null));
    assert_eq!(receipt["costs"], json!({"total_cents": 1500, "currency": "usd"}));
    assert!(receipt.get("domains").is_none(), "a list holds lean receipts");

    let user_id = all.data()[1]["user_id"].as_str().unwrap();
    for (filter, expected) in [
        ("user_email=client%40example.com".to_owned(), vec![first.clone()]),
        (format!("user_id={user_id}"), vec![first.clone()]),
        ("status=completed".to_owned(), vec![first]),
        ("status=in_progress&user_email=other%40example.com".to_owned(), vec![second]),
        ("bundle_id=bun_X".to_owned(), vec![]),
        ("user_email=nobody%40example.com".to_owned(), vec![]),
    ] {
        assert_eq!(ids(&harness.get(&format!("/orders?{filter}")).await.body), expected, "{filter}");
    }
    assert_eq!(harness.get("/orders?status=done").await.refusal(), (400, "invalid_request", "status"));
}

#[tokio::test]
async fn orders_of_one_customer_are_paged() {
    let harness = Harness::start().await;
    for n in 0..3 {
        harness.place(order(&[format!("acme-mail-{n}.com").as_str()], 1)).await;
    }
    let first = harness.get("/orders?user_email=client%40example.com&per_page=2").await.body;
    let next = first["links"]["next"].as_str().unwrap();
    assert!(next.contains("user_email=client%40example.com"), "{next}");
    let second = harness.send_to(reqwest::Method::GET, next, None).await.unwrap().body;
    assert_eq!((ids(&first).len(), ids(&second).len()), (2, 1));
    assert_eq!(second["links"]["next"], json!(null));
}

#[tokio::test]
async fn domains_are_listed_and_filtered() {
    let harness = Harness::start().await;
    let id = harness.place(order(&["acme-mail.com", "google-only-x.com"], 1)).await;
    harness.advance(6).await;
    let all = harness.get("/domains").await;
    let row = all.data().as_array().unwrap().iter().find(|row| row["domain"] == "google-only-x.com").unwrap();
    assert_eq!(row["provider"], "google");
    assert_eq!(row["category"], "connected");
    assert_eq!(row["status"], "active");
    assert_eq!(row["order_id"], json!(id));
    assert_eq!(row["forwarding_url"], "https://acme.com");
    for (filter, count) in [
        ("category=connected", 2),
        ("category=inventory", 0),
        ("usable_for=microsoft", 1),
        ("status=active", 2),
        ("user_email=client%40example.com", 2),
        ("user_id=usr_X", 0),
    ] {
        let rows = harness.get(&format!("/domains?{filter}")).await;
        assert_eq!(rows.data().as_array().unwrap().len(), count, "{filter}");
    }
}
