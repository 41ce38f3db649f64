//! The reconciler repairs missed webhooks and crashes from upstream, within its budget.

use crate::client::{FOUR, Harness, draft};
use crate::redelivery::{self, NOWHERE};
use functions::reconciler::{Reconciler, Report};
use sandbox::{Drop, Fault};

const HOUR: u64 = 60 * 60;

/// The order, read with the same session and a token that is still valid.
async fn order(harness: &Harness, id: &str) -> serde_json::Value {
    harness.order(&harness.session("s1"), id).await
}

async fn reconcile(harness: &Harness) -> Report {
    harness.stack.reconciler.run().await.unwrap()
}

fn change_login(harness: &Harness) {
    let mut secrets = harness.stack.secrets.lock().unwrap();
    secrets.insert("sequencer_login_password".to_owned(), "another password".to_owned());
}

#[tokio::test]
async fn reconciler_completes_an_order_without_events() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    harness.stack.sandbox.set_webhook_url(None);
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(HOUR).await;
    assert_eq!(order(&harness, &id).await["status"], "in_progress");

    let report = reconcile(&harness).await;
    assert_eq!((report.orders, report.drift, report.failed, report.complete), (1, 1, 0, true));
    let order = order(&harness, &id).await;
    assert_eq!(order["status"], "completed");
    assert!(order["domains"].as_array().unwrap().iter().all(|row| row["status"] == "connected"));

    harness.advance(2 * HOUR).await;
    assert_eq!(reconcile(&harness).await.orders, 0, "a final order is still checked");
}

#[tokio::test]
async fn drift_without_events_for_a_day_reports_missing_events() {
    let harness = Harness::start().await;
    harness.stack.sandbox.set_webhook_url(None);
    let mut found = Vec::new();
    // In the first hour, an event of another order has just arrived. It counts an hour before a day has passed, and not
    // an hour after.
    for (index, hours) in [1, 22, 2].into_iter().enumerate() {
        let names: Vec<String> = (0..4).map(|n| format!("shop-{index}-{n}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if index == 0 {
            let other = serde_json::json!({"id": "ord_other", "status": "completed"});
            harness.deliver_event("evt_other", "order.completed", "2026-05-08T12:00:00Z", &other).await;
        }
        harness.place(&harness.session(&format!("s{index}")), &draft(&names), 201).await;
        harness.advance(hours * HOUR).await;
        let report = reconcile(&harness).await;
        assert_eq!(report.drift, 1);
        found.push(report.events_missing);
    }
    assert_eq!(found, [false, false, true]);
    // Without a difference there is nothing to report.
    harness.advance(2 * HOUR).await;
    let report = reconcile(&harness).await;
    assert_eq!((report.drift, report.events_missing), (0, false));
}

#[tokio::test]
async fn recently_updated_order_is_not_fetched() {
    let harness = Harness::start().await;
    harness.place(&harness.session("s1"), &draft(&FOUR), 201).await;
    harness.stack.sandbox.forget_received();
    assert_eq!(reconcile(&harness).await.orders, 0);
    assert!(harness.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn late_event_does_not_undo_an_upstream_reading() {
    // Signed again, or an hour ago, when the first attempt failed.
    for resigned in [true, false] {
        let harness = redelivery::harness(resigned, !resigned).await;
        let token = harness.session("s1");
        let url = format!("{}/v1/webhooks/peeker", harness.stack.api);
        harness.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
        let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
        harness.advance(HOUR).await;
        reconcile(&harness).await;
        let first = harness.stack.sandbox.events()[0].clone();
        assert_eq!((first.kind.as_str(), first.delivered()), ("order.in_progress", false));
        harness.stack.sandbox.set_webhook_url(Some(url));
        assert_eq!(harness.stack.sandbox.deliver(&[first.id]).await, [204]);
        assert_eq!(order(&harness, &id).await["status"], "completed");
    }
}

#[tokio::test]
async fn reconciler_finds_an_order_with_lost_response() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    // The response is lost, and so is the check that follows immediately.
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    let answer = harness.place(&token, &draft(&FOUR), 202).await.data();
    assert_eq!(answer["status"], "placing");

    harness.advance(60).await;
    let report = reconcile(&harness).await;
    assert_eq!((report.placements, report.failed), (1, 0));
    let upstream = harness.stack.sandbox.orders();
    assert_eq!(upstream.len(), 1);
    assert_eq!(harness.show_session(&token).await["order"]["id"], upstream[0]["id"]);
}

#[tokio::test]
async fn order_that_never_arrived_is_sent_again_unchanged() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    harness.place(&token, &draft(&FOUR), 202).await;
    assert!(harness.stack.sandbox.orders().is_empty());
    harness.advance(60).await;
    reconcile(&harness).await;
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
    let bodies: Vec<String> = harness
        .stack
        .sandbox
        .received()
        .into_iter()
        .filter(|request| request.method == "POST" && request.path.ends_with("/orders"))
        .map(|request| request.body.to_string())
        .collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1], "the second body differs from the first");
}

#[tokio::test]
async fn order_is_resent_only_within_23_hours() {
    for (hours, sent) in [(22, 2), (23, 1)] {
        let harness = Harness::start().await;
        harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
        harness.place(&harness.session("s1"), &draft(&FOUR), 202).await;
        harness.advance(hours * HOUR).await;
        reconcile(&harness).await;
        assert_eq!(harness.orders_sent(), sent, "after {hours} hours");
        let known = harness.show_session(&harness.session("s1")).await["order"].is_object();
        assert_eq!(known, sent == 2, "after {hours} hours");
    }
}

#[tokio::test]
async fn changed_login_does_not_cause_a_second_order() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(500), times: 4, ..Fault::on("GET", "/orders") });
    harness.place(&token, &draft(&FOUR), 202).await;
    change_login(&harness);
    harness.advance(120).await;
    // A secret was rejected: secrets are read again.
    harness.stack.reconciler.order_placement.secret_store.refresh().await;
    reconcile(&harness).await;
    harness.advance(120).await;
    reconcile(&harness).await;
    let upstream = harness.stack.sandbox.orders();
    assert_eq!(upstream.len(), 1);
    assert_eq!(harness.show_session(&token).await["order"]["id"], upstream[0]["id"]);
}

#[tokio::test]
async fn resent_order_uses_its_original_login() {
    let harness = Harness::start().await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    harness.place(&harness.session("s1"), &draft(&FOUR), 202).await;
    for name in ["sequencer_login_email", "sequencer_login_password"] {
        let mut secrets = harness.stack.secrets.lock().unwrap();
        let old = secrets.insert(name.to_owned(), "next-login@acme.example".to_owned()).unwrap();
        secrets.insert(format!("previous_{name}"), old);
    }
    harness.advance(60).await;
    assert!(harness.stack.reconciler.order_placement.secret_store.refresh().await);
    reconcile(&harness).await;
    let order = harness.stack.sandbox.orders().remove(0);
    assert_eq!(harness.show_session(&harness.session("s1")).await["order"]["id"], order["id"]);
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    harness.place(&harness.session("s2"), &draft(&names), 201).await;
    let received = harness.stack.sandbox.received().into_iter();
    let sent = received.filter(|request| request.method == "POST" && request.path.ends_with("/orders"));
    let bodies: Vec<String> = sent.map(|request| request.body.to_string()).collect();
    assert_eq!(bodies[0], bodies[1], "the second body differs from the first");
    let old = harness.stack.values.login_email.as_str();
    let logins = bodies.iter().map(|body| (body.contains(old), body.contains("next-login@acme.example")));
    assert_eq!(logins.collect::<Vec<_>>(), [(true, false), (true, false), (false, true)]);
}

#[tokio::test]
async fn order_that_cannot_be_resent_is_refused_after_an_hour() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    harness.place(&token, &draft(&FOUR), 202).await;
    change_login(&harness);
    harness.advance(120).await;
    harness.stack.reconciler.order_placement.secret_store.refresh().await;
    reconcile(&harness).await;
    assert_eq!(harness.show_session(&token).await["order"]["status"], "placing");
    harness.advance(HOUR).await;
    reconcile(&harness).await;
    let token = harness.session("s1");
    assert_eq!(harness.show_session(&token).await["order"], serde_json::Value::Null);
    harness.place(&token, &draft(&FOUR), 201).await;
    assert_eq!(harness.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn run_stays_in_its_budget_and_the_next_one_continues() {
    let harness = Harness::start().await;
    harness.stack.sandbox.set_webhook_url(None);
    for index in 0..6 {
        let names: Vec<String> = (0..4).map(|n| format!("shop-{index}-{n}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        harness.place(&harness.session(&format!("s{index}")), &draft(&names), 201).await;
    }
    harness.advance(HOUR).await;
    let mut reconciler = harness.stack.reconciler.clone();
    reconciler.calls = 4;
    let first = reconciler.run().await.unwrap();
    assert_eq!((first.orders, first.complete), (4, false));
    let second = reconciler.run().await.unwrap();
    assert_eq!((second.orders, second.drift, second.complete), (2, 2, true));
}

#[tokio::test]
async fn upstream_outage_leaves_everything_for_the_next_run() {
    let harness = Harness::start().await;
    let token = harness.session("s1");
    harness.stack.sandbox.set_webhook_url(None);
    let id = harness.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(HOUR).await;
    harness.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    let report = reconcile(&harness).await;
    assert_eq!((report.orders, report.drift, report.failed), (1, 0, 1));
    harness.advance(60).await;
    assert_eq!(reconcile(&harness).await.drift, 1);
    assert_eq!(order(&harness, &id).await["status"], "completed");
}

#[tokio::test]
async fn abandoned_orders_are_checked_less_and_less() {
    /// Number of orders that wait for a customer who never returns.
    const ABANDONED: u64 = 24;
    /// Upstream calls of one run: fewer than such orders, like 50 calls for 120 orders in production.
    const CALLS: u64 = 10;
    let harness = Harness::start().await;
    let run = async |calls: u64| {
        let reconciler = Reconciler { calls, ..harness.stack.reconciler.clone() };
        reconciler.run().await.unwrap()
    };
    let waits = |id: &str| serde_json::json!({"id": id, "status": "action_required"});
    let body = serde_json::json!({"data": {"status": "action_required"}}).to_string();
    for index in 0..ABANDONED {
        let (event, order) = (format!("evt_w{index}"), format!("ord_w{index}"));
        harness.deliver_event(&event, "order.action_required", "2026-05-08T12:00:00Z", &waits(&order)).await;
    }
    let answers = Fault { body: Some(body), times: 1_000_000, ..Fault::on("GET", "/orders/ord_w") };
    harness.stack.sandbox.fail_next(answers);
    harness.advance(2 * HOUR).await;
    let token = harness.session("s1");
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    harness.place(&token, &draft(&FOUR), 202).await;
    harness.advance(60).await;
    // All of them were due before.
    let report = run(CALLS).await;
    assert_eq!((report.placements, report.complete), (1, false));
    assert!(!harness.show_session(&harness.session("s1")).await["order"]["id"].is_null());

    // From the second day on, checks of each take one call in six hours, then one a day.
    let looks_of_a_day = async || {
        let before = harness.stack.reconciler.order_placement.upstream.calls();
        for _ in 0..24 {
            harness.advance(HOUR).await;
            run(2 * CALLS).await;
        }
        harness.stack.reconciler.order_placement.upstream.calls() - before
    };
    looks_of_a_day().await;
    let second = looks_of_a_day().await;
    looks_of_a_day().await;
    let fourth = looks_of_a_day().await;
    assert!(second <= 5 * ABANDONED && fourth <= ABANDONED + 5, "{second} on the second day, {fourth} on the fourth");
}

#[tokio::test]
async fn cancellation_is_found_without_an_event() {
    const DAY: u64 = 24 * HOUR;
    let harness = Harness::start().await;
    let id = harness.place(&harness.session("s1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    harness.advance(HOUR).await;
    assert_eq!(harness.partner_view(&id).await["status"], "completed");
    harness.stack.sandbox.set_webhook_url(None);
    harness.advance(DAY).await;
    harness.beside(&format!("/orders/{id}/cancel"), &serde_json::json!({})).await;
    reconcile(&harness).await;
    assert_eq!(harness.partner_view(&id).await["status"], "completed", "checked before its week was over");
    harness.advance(7 * DAY).await;
    let report = reconcile(&harness).await;
    assert_eq!((report.orders, report.drift), (1, 1));
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["status"], &view["final"]), (&"cancel_scheduled".into(), &false.into()));
    // It ends 30 days after its cancellation, between two weekly checks.
    let mut looks = 0;
    for _ in 0..25 {
        harness.advance(DAY).await;
        looks += reconcile(&harness).await.orders;
    }
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["status"], &view["final"]), (&"cancelled".into(), &true.into()));
    assert!(looks <= 7, "{looks} looks in 25 days");
    harness.advance(60 * DAY).await;
    assert_eq!(reconcile(&harness).await.orders, 0, "a cancelled order is still checked");
}
