//! Orders and their pending actions, from the checkout API and from upstream.

use crate::harness::Harness;
use sandbox::Fault;

const DOMAINS: [&str; 2] = ["acme-mail.com", "getacme.com"];

#[tokio::test]
async fn watch_prints_changes_until_the_order_is_live() {
    let harness = Harness::start().await;
    let id = harness.order("client@example.com", &DOMAINS, None).await;
    let run = harness.run(&["orders", "watch", &id, "--via", "peeker", "--every", "1s"]).await.ended(0);
    assert!(run.stdout.contains(&format!("{id}: completed")), "{}", run.stdout);
    let run = harness.run(&["orders", "watch", &id]).await.ended(0);
    for event in ["order.in_progress", "domain.connected", "order.completed"] {
        assert!(run.stdout.contains(event), "{}", run.stdout);
    }
    let shown = harness.json(&["orders", "show", &id], 0).await;
    assert_eq!(shown["data"]["domains"].as_array().unwrap().len(), 2, "{shown}");
}

#[tokio::test]
async fn waiting_order_ends_the_watch_with_advice() {
    let harness = Harness::start().await;
    let picture = Some("https://cdn.acme.com/unreachable.jpg");
    let id = harness.order("client@example.com", &DOMAINS, picture).await;
    let run = harness.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(6);
    assert!(run.stdout.contains("action_required"), "{}", run.stdout);
    let actions = harness.json(&["actions", "--via", "peeker", "--order", &id], 0).await;
    assert_eq!(actions["data"]["actions"][0]["reason"], "profile_picture_not_accessible", "{actions}");
    let text = harness.run(&["actions", "--order", &id]).await.ended(0).stdout;
    assert!(text.contains("acme-mail.com: ") && text.contains("google_profile_picture"), "{text}");
}

#[tokio::test]
async fn failed_order_ends_the_watch_with_exit_code_1() {
    let harness = Harness::start().await;
    let id = harness.order("client@example.com", &["fail-acme.com", "getacme.com"], None).await;
    let watched = harness.json(&["orders", "watch", &id, "--via", "peeker"], 1).await;
    assert_eq!(watched["data"]["status"], "failed");
}

#[tokio::test]
async fn watch_timeout_is_a_temporary_error() {
    let harness = Harness::start().await;
    harness.stack.sandbox.pause();
    let id = harness.order("client@example.com", &DOMAINS, None).await;
    let late = harness.json(&["orders", "watch", &id, "--via", "peeker", "--timeout", "0s"], 5).await;
    assert_eq!(late["error"]["code"], "still_waiting");
    assert_eq!(late["error"]["details"]["order"]["id"], id);
}

#[tokio::test]
async fn watch_survives_an_outage() {
    let harness = Harness::start().await;
    let id = harness.order("client@example.com", &DOMAINS, None).await;
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 5, ..Fault::on("GET", "/orders") });
    let run = harness.run(&["orders", "watch", &id, "--via", "peeker", "--every", "0s"]).await.ended(0);
    assert!(run.stdout.contains(&format!("{id}: completed")), "{}", run.stdout);
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
    harness.run(&["orders", "watch", "ord_of_nobody", "--via", "peeker"]).await.ended(4);
    harness.run(&["orders", "watch", "ord_of_nobody"]).await.ended(4);
}

#[tokio::test]
async fn unknown_order_is_not_found_on_either_side() {
    let harness = Harness::start().await;
    for side in ["api", "peeker"] {
        let missing = harness.json(&["orders", "show", "ord_of_nobody", "--via", side], 4).await;
        assert!(missing["error"]["request_id"].is_string(), "{missing}");
    }
}

/// Waits until events have completed the order at the API.
async fn completed(harness: &Harness, customer: &str, domains: &[&str]) -> String {
    let id = harness.order(customer, domains, None).await;
    harness.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(0);
    // Upstream is done; its last delivery may still be in progress.
    let mut status = 4;
    while status == 4 {
        status = harness.run(&["orders", "watch", &id, "--timeout", "1m"]).await.code;
    }
    assert_eq!(status, 0, "{id}");
    id
}

#[tokio::test]
async fn orders_are_listed_filtered_and_paged() {
    let harness = Harness::start().await;
    let first = completed(&harness, "one@example.com", &["acme-mail.com", "getacme.com"]).await;
    let second = completed(&harness, "two@example.com", &["acme-hq.com", "tryacme.com"]).await;
    let ids = |document: &serde_json::Value| -> Vec<String> {
        let orders = document["data"]["orders"].as_array().unwrap().iter();
        orders.map(|order| order["id"].as_str().unwrap().to_owned()).collect()
    };
    for side in ["api", "peeker"] {
        let via = ["--via", side];
        let list =
            async |arguments: &[&str]| harness.json(&[&["orders", "list"][..], arguments, &via].concat(), 0).await;
        assert_eq!(ids(&list(&[]).await), [second.as_str(), first.as_str()], "{side}");
        assert_eq!(ids(&list(&["--all"]).await), [second.as_str(), first.as_str()], "{side}");
        assert_eq!(ids(&list(&["--customer", "one@example.com"]).await), [first.as_str()], "{side}");
        assert_eq!(ids(&list(&["--status", "failed"]).await), [""; 0], "{side}");
        let page = list(&["--limit", "1"]).await;
        assert_eq!(ids(&page), [second.as_str()], "{side}");
        let token = page["data"]["next_page_token"].as_str().unwrap();
        let rest = list(&["--page-token", token]).await;
        assert_eq!(ids(&rest), [first.as_str()], "{side}");
        assert_eq!(rest["data"]["next_page_token"], serde_json::Value::Null, "{side}");
    }
}

#[tokio::test]
async fn some_domains_or_the_whole_order_are_cancelled() {
    let harness = Harness::start().await;
    let id = completed(&harness, "client@example.com", &DOMAINS).await;
    let part = harness.json(&["orders", "cancel", &id, "--domain", "getacme.com", "--yes"], 0).await;
    assert!(part["data"]["cancels_at"].is_string(), "{part}");
    assert!(part["data"]["domains"].to_string().contains("getacme.com"), "{part}");
    let run = harness.run(&["orders", "cancel", &id, "--yes"]).await.ended(0);
    assert!(run.stdout.contains("cancel_scheduled, ends "), "{}", run.stdout);
    let unknown = harness.json(&["orders", "cancel", "ord_of_nobody", "--yes"], 4).await;
    assert!(unknown["error"]["request_id"].is_string(), "{unknown}");
}

#[tokio::test]
async fn actions_of_all_orders_name_who_must_act() {
    let harness = Harness::start().await;
    assert_eq!(harness.run(&["actions"]).await.ended(0).stdout, "No pending actions.\n");
    let id = harness.order("client@example.com", &DOMAINS, Some("https://cdn.acme.com/unreachable.jpg")).await;
    harness.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(6);
    let mut actions = serde_json::Value::Null;
    while actions.as_array().is_none_or(Vec::is_empty) {
        actions = harness.json(&["actions"], 0).await["data"]["actions"].clone();
    }
    assert_eq!(actions[0]["order_id"], id);
    assert_eq!(actions[0]["reason"], "profile_picture_not_accessible");
    assert!(actions[0]["who"].is_string() && actions[0]["what_to_do"].is_string(), "{actions}");
}

#[tokio::test]
async fn forgetting_a_customer_keeps_the_order() {
    let harness = Harness::start().await;
    let id = completed(&harness, "gone@example.com", &DOMAINS).await;
    let run = harness.run(&["customers", "forget", "gone@example.com", "--yes"]).await.ended(0);
    assert!(run.stdout.contains("1 order keeps"), "{}", run.stdout);
    let shown = harness.json(&["orders", "show", &id], 0).await;
    assert_eq!(shown["data"]["costs"]["currency"], "usd", "{shown}");
    let listed = harness.json(&["orders", "list"], 0).await.to_string();
    assert!(listed.contains(&id) && !listed.contains("gone@example.com"), "{listed}");
    let replayed = harness.json(&["webhook", "replay", "--from", "1h", "--dry-run"], 0).await;
    assert_eq!(replayed["data"]["forgotten"], 2, "what named the customer is gone: {replayed}");
    assert!(!replayed.to_string().contains("gone@example.com"), "{replayed}");
}
