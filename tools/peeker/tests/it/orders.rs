//! Orders and what they wait for, as events brought them to the API and as upstream lists them.

use crate::bench::Bench;

const DOMAINS: [&str; 2] = ["acme-mail.com", "getacme.com"];

#[tokio::test]
async fn watching_tells_what_happens_and_ends_when_all_is_live() {
    let bench = Bench::start().await;
    let id = bench.order("client@example.com", &DOMAINS, None).await;
    let run = bench.run(&["orders", "watch", &id, "--via", "peeker", "--every", "1s"]).await.ended(0);
    assert!(run.stdout.contains(&format!("{id}: completed")), "{}", run.stdout);
    let run = bench.run(&["orders", "watch", &id]).await.ended(0);
    for event in ["order.in_progress", "domain.connected", "order.completed"] {
        assert!(run.stdout.contains(event), "{}", run.stdout);
    }
    let shown = bench.json(&["orders", "show", &id], 0).await;
    assert_eq!(shown["data"]["domains"].as_array().unwrap().len(), 2, "{shown}");
}

#[tokio::test]
async fn an_order_that_waits_for_somebody_ends_the_watch_with_what_to_do() {
    let bench = Bench::start().await;
    let picture = Some("https://cdn.acme.com/unreachable.jpg");
    let id = bench.order("client@example.com", &DOMAINS, picture).await;
    let run = bench.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(6);
    assert!(run.stdout.contains("action_required"), "{}", run.stdout);
    let actions = bench.json(&["actions", "--via", "peeker", "--order", &id], 0).await;
    assert_eq!(actions["data"]["actions"][0]["reason"], "profile_picture_not_accessible", "{actions}");
    let text = bench.run(&["actions", "--order", &id]).await.ended(0).stdout;
    assert!(text.contains("acme-mail.com: ") && text.contains("google_profile_picture"), "{text}");
}

#[tokio::test]
async fn an_order_that_failed_ends_the_watch_with_1() {
    let bench = Bench::start().await;
    let id = bench.order("client@example.com", &["fail-acme.com", "getacme.com"], None).await;
    let watched = bench.json(&["orders", "watch", &id, "--via", "peeker"], 1).await;
    assert_eq!(watched["data"]["status"], "failed");
}

#[tokio::test]
async fn a_watch_whose_time_is_over_is_temporary() {
    let bench = Bench::start().await;
    bench.stack.sandbox.pause();
    let id = bench.order("client@example.com", &DOMAINS, None).await;
    let late = bench.json(&["orders", "watch", &id, "--via", "peeker", "--timeout", "0s"], 5).await;
    assert_eq!(late["error"]["code"], "still_waiting");
    assert_eq!(late["error"]["details"]["order"]["id"], id);
}

#[tokio::test]
async fn an_order_that_nobody_knows_is_not_found_on_either_side() {
    let bench = Bench::start().await;
    for side in ["api", "peeker"] {
        let missing = bench.json(&["orders", "show", "ord_of_nobody", "--via", side], 4).await;
        assert!(missing["error"]["request_id"].is_string(), "{missing}");
    }
}

/// Waits until events have brought the order to its end at the API.
async fn completed(bench: &Bench, customer: &str, domains: &[&str]) -> String {
    let id = bench.order(customer, domains, None).await;
    bench.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(0);
    // Upstream is done; its last delivery may be a moment away.
    let mut status = 4;
    while status == 4 {
        status = bench.run(&["orders", "watch", &id, "--timeout", "1m"]).await.code;
    }
    assert_eq!(status, 0, "{id}");
    id
}

#[tokio::test]
async fn orders_are_listed_newest_first_by_customer_by_status_and_page_by_page() {
    let bench = Bench::start().await;
    let first = completed(&bench, "one@example.com", &["acme-mail.com", "getacme.com"]).await;
    let second = completed(&bench, "two@example.com", &["acme-hq.com", "tryacme.com"]).await;
    let ids = |document: &serde_json::Value| -> Vec<String> {
        let orders = document["data"]["orders"].as_array().unwrap().iter();
        orders.map(|order| order["id"].as_str().unwrap().to_owned()).collect()
    };
    for side in ["api", "peeker"] {
        let via = ["--via", side];
        let list = async |arguments: &[&str]| bench.json(&[&["orders", "list"][..], arguments, &via].concat(), 0).await;
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
    let bench = Bench::start().await;
    let id = completed(&bench, "client@example.com", &DOMAINS).await;
    let part = bench.json(&["orders", "cancel", &id, "--domain", "getacme.com", "--yes"], 0).await;
    assert!(part["data"]["cancels_at"].is_string(), "{part}");
    assert!(part["data"]["domains"].to_string().contains("getacme.com"), "{part}");
    let run = bench.run(&["orders", "cancel", &id, "--yes"]).await.ended(0);
    assert!(run.stdout.contains("cancel_scheduled, ends "), "{}", run.stdout);
    let unknown = bench.json(&["orders", "cancel", "ord_of_nobody", "--yes"], 4).await;
    assert!(unknown["error"]["request_id"].is_string(), "{unknown}");
}

#[tokio::test]
async fn actions_are_collected_over_all_orders_with_who_must_do_what() {
    let bench = Bench::start().await;
    assert_eq!(bench.run(&["actions"]).await.ended(0).stdout, "Nothing waits for anybody.\n");
    let id = bench.order("client@example.com", &DOMAINS, Some("https://cdn.acme.com/unreachable.jpg")).await;
    bench.run(&["orders", "watch", &id, "--via", "peeker"]).await.ended(6);
    let mut actions = serde_json::Value::Null;
    while actions.as_array().is_none_or(Vec::is_empty) {
        actions = bench.json(&["actions"], 0).await["data"]["actions"].clone();
    }
    assert_eq!(actions[0]["order_id"], id);
    assert_eq!(actions[0]["reason"], "profile_picture_not_accessible");
    assert!(actions[0]["who"].is_string() && actions[0]["what_to_do"].is_string(), "{actions}");
}

#[tokio::test]
async fn a_customer_is_forgotten_and_the_order_stays() {
    let bench = Bench::start().await;
    let id = completed(&bench, "gone@example.com", &DOMAINS).await;
    let run = bench.run(&["customers", "forget", "gone@example.com", "--yes"]).await.ended(0);
    assert!(run.stdout.contains("1 order keeps"), "{}", run.stdout);
    let shown = bench.json(&["orders", "show", &id], 0).await;
    assert_eq!(shown["data"]["costs"]["currency"], "usd", "{shown}");
    let listed = bench.json(&["orders", "list"], 0).await.to_string();
    assert!(listed.contains(&id) && !listed.contains("gone@example.com"), "{listed}");
    let replayed = bench.json(&["webhook", "replay", "--from", "1h", "--dry-run"], 0).await;
    assert_eq!(replayed["data"]["forgotten"], 2, "what named the customer is gone: {replayed}");
    assert!(!replayed.to_string().contains("gone@example.com"), "{replayed}");
}
