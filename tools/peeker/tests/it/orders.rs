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
    assert!(text.contains("publicly accessible"), "{text}");
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
