//! What webhooks missed and crashes left open is repaired, from upstream, within its budget.

use crate::client::{Bench, FOUR, draft};
use crate::redelivery::{self, NOWHERE};
use functions::reconciler::{Reconciler, Report};
use sandbox::{Drop, Fault};

const HOUR: u64 = 60 * 60;

/// How the order stands, read with the same session under a token that is still good.
async fn order(bench: &Bench, id: &str) -> serde_json::Value {
    bench.order(&bench.session("s1"), id).await
}

async fn reconcile(bench: &Bench) -> Report {
    bench.stack.reconciler.run().await.unwrap()
}

fn change_login(bench: &Bench) {
    let mut secrets = bench.stack.secrets.lock().unwrap();
    secrets.insert("sequencer_login_password".to_owned(), "another password".to_owned());
}

#[tokio::test]
async fn an_order_whose_events_were_lost_is_completed_from_upstream() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    bench.stack.sandbox.set_webhook_url(None);
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(HOUR).await;
    assert_eq!(order(&bench, &id).await["status"], "in_progress");

    let report = reconcile(&bench).await;
    assert_eq!((report.orders, report.drift, report.failed, report.complete), (1, 1, 0, true));
    let order = order(&bench, &id).await;
    assert_eq!(order["status"], "completed");
    assert!(order["domains"].as_array().unwrap().iter().all(|row| row["status"] == "connected"));

    bench.advance(2 * HOUR).await;
    assert_eq!(reconcile(&bench).await.orders, 0, "a final order is still looked at");
}

#[tokio::test]
async fn one_order_that_differs_shows_that_events_are_missing_when_none_has_arrived_for_a_day() {
    let bench = Bench::start().await;
    bench.stack.sandbox.set_webhook_url(None);
    let mut found = Vec::new();
    // In the first hour an event of another order has just arrived. An hour before a day has passed it still counts, and
    // an hour later it does not.
    for (index, hours) in [1, 22, 2].into_iter().enumerate() {
        let names: Vec<String> = (0..4).map(|n| format!("shop-{index}-{n}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if index == 0 {
            let other = serde_json::json!({"id": "ord_other", "status": "completed"});
            bench.tell("evt_other", "order.completed", "2026-05-08T12:00:00Z", &other).await;
        }
        bench.place(&bench.session(&format!("s{index}")), &draft(&names), 201).await;
        bench.advance(hours * HOUR).await;
        let report = reconcile(&bench).await;
        assert_eq!(report.drift, 1);
        found.push(report.events_missing);
    }
    assert_eq!(found, [false, false, true]);
    // Without a difference there was nothing to say.
    bench.advance(2 * HOUR).await;
    let report = reconcile(&bench).await;
    assert_eq!((report.drift, report.events_missing), (0, false));
}

#[tokio::test]
async fn an_order_that_is_not_silent_yet_is_left_alone() {
    let bench = Bench::start().await;
    bench.place(&bench.session("s1"), &draft(&FOUR), 201).await;
    bench.stack.sandbox.forget_received();
    assert_eq!(reconcile(&bench).await.orders, 0);
    assert!(bench.stack.sandbox.received().is_empty());
}

#[tokio::test]
async fn a_late_event_does_not_undo_what_was_seen_upstream() {
    // Signed afresh, or an hour ago, when the first attempt failed.
    for resigned in [true, false] {
        let bench = redelivery::bench(resigned, !resigned).await;
        let token = bench.session("s1");
        let url = format!("{}/v1/webhooks/peeker", bench.stack.api);
        bench.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
        let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
        bench.advance(HOUR).await;
        reconcile(&bench).await;
        let first = bench.stack.sandbox.events()[0].clone();
        assert_eq!((first.kind.as_str(), first.delivered()), ("order.in_progress", false));
        bench.stack.sandbox.set_webhook_url(Some(url));
        assert_eq!(bench.stack.sandbox.deliver(&[first.id]).await, [204]);
        assert_eq!(order(&bench, &id).await["status"], "completed");
    }
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found_even_if_the_customer_never_returns() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    // The answer is lost, and so is the look that follows at once.
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    let answer = bench.place(&token, &draft(&FOUR), 202).await.data();
    assert_eq!(answer["status"], "placing");

    bench.advance(60).await;
    let report = reconcile(&bench).await;
    assert_eq!((report.placements, report.failed), (1, 0));
    let upstream = bench.stack.sandbox.orders();
    assert_eq!(upstream.len(), 1);
    assert_eq!(bench.show_session(&token).await["order"]["id"], upstream[0]["id"]);
}

#[tokio::test]
async fn an_order_that_never_arrived_is_sent_again_as_it_was() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    bench.place(&token, &draft(&FOUR), 202).await;
    assert!(bench.stack.sandbox.orders().is_empty());
    bench.advance(60).await;
    reconcile(&bench).await;
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
    let bodies: Vec<String> = bench
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
async fn an_order_is_sent_again_within_23_hours_and_never_after_them() {
    for (hours, sent) in [(22, 2), (23, 1)] {
        let bench = Bench::start().await;
        bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
        bench.place(&bench.session("s1"), &draft(&FOUR), 202).await;
        bench.advance(hours * HOUR).await;
        reconcile(&bench).await;
        assert_eq!(bench.orders_sent(), sent, "after {hours} hours");
        let known = bench.show_session(&bench.session("s1")).await["order"].is_object();
        assert_eq!(known, sent == 2, "after {hours} hours");
    }
}

#[tokio::test]
async fn a_login_that_changed_in_between_does_not_turn_a_retry_into_a_second_order() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(500), times: 4, ..Fault::on("GET", "/orders") });
    bench.place(&token, &draft(&FOUR), 202).await;
    change_login(&bench);
    bench.advance(120).await;
    // Something no longer fits: the secrets are read anew.
    bench.stack.reconciler.desk.vault.refresh().await;
    reconcile(&bench).await;
    bench.advance(120).await;
    reconcile(&bench).await;
    let upstream = bench.stack.sandbox.orders();
    assert_eq!(upstream.len(), 1);
    assert_eq!(bench.show_session(&token).await["order"]["id"], upstream[0]["id"]);
}

#[tokio::test]
async fn an_order_is_sent_again_with_the_previous_login_and_the_next_one_with_the_current_login() {
    let bench = Bench::start().await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    bench.place(&bench.session("s1"), &draft(&FOUR), 202).await;
    for name in ["sequencer_login_email", "sequencer_login_password"] {
        let mut secrets = bench.stack.secrets.lock().unwrap();
        let old = secrets.insert(name.to_owned(), "next-login@acme.example".to_owned()).unwrap();
        secrets.insert(format!("previous_{name}"), old);
    }
    bench.advance(60).await;
    assert!(bench.stack.reconciler.desk.vault.refresh().await);
    reconcile(&bench).await;
    let order = bench.stack.sandbox.orders().remove(0);
    assert_eq!(bench.show_session(&bench.session("s1")).await["order"]["id"], order["id"]);
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    bench.place(&bench.session("s2"), &draft(&names), 201).await;
    let received = bench.stack.sandbox.received().into_iter();
    let sent = received.filter(|request| request.method == "POST" && request.path.ends_with("/orders"));
    let bodies: Vec<String> = sent.map(|request| request.body.to_string()).collect();
    assert_eq!(bodies[0], bodies[1], "the second body differs from the first");
    let old = bench.stack.values.login_email.as_str();
    let logins = bodies.iter().map(|body| (body.contains(old), body.contains("next-login@acme.example")));
    assert_eq!(logins.collect::<Vec<_>>(), [(true, false), (true, false), (false, true)]);
}

#[tokio::test]
async fn an_order_that_cannot_be_sent_again_is_given_up_honestly_after_an_hour() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
    bench.place(&token, &draft(&FOUR), 202).await;
    change_login(&bench);
    bench.advance(120).await;
    bench.stack.reconciler.desk.vault.refresh().await;
    reconcile(&bench).await;
    assert_eq!(bench.show_session(&token).await["order"]["status"], "placing");
    bench.advance(HOUR).await;
    reconcile(&bench).await;
    let token = bench.session("s1");
    assert_eq!(bench.show_session(&token).await["order"], serde_json::Value::Null);
    bench.place(&token, &draft(&FOUR), 201).await;
    assert_eq!(bench.stack.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn a_run_stays_inside_its_budget_and_the_next_goes_on_behind_it() {
    let bench = Bench::start().await;
    bench.stack.sandbox.set_webhook_url(None);
    for index in 0..6 {
        let names: Vec<String> = (0..4).map(|n| format!("shop-{index}-{n}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        bench.place(&bench.session(&format!("s{index}")), &draft(&names), 201).await;
    }
    bench.advance(HOUR).await;
    let mut reconciler = bench.stack.reconciler.clone();
    reconciler.calls = 4;
    let first = reconciler.run().await.unwrap();
    assert_eq!((first.orders, first.complete), (4, false));
    let second = reconciler.run().await.unwrap();
    assert_eq!((second.orders, second.drift, second.complete), (2, 2, true));
}

#[tokio::test]
async fn an_upstream_that_is_down_leaves_everything_open_for_the_next_run() {
    let bench = Bench::start().await;
    let token = bench.session("s1");
    bench.stack.sandbox.set_webhook_url(None);
    let id = bench.place(&token, &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(HOUR).await;
    bench.stack.sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    let report = reconcile(&bench).await;
    assert_eq!((report.orders, report.drift, report.failed), (1, 0, 1));
    bench.advance(60).await;
    assert_eq!(reconcile(&bench).await.drift, 1);
    assert_eq!(order(&bench, &id).await["status"], "completed");
}

#[tokio::test]
async fn abandoned_orders_keep_no_placement_waiting_and_are_looked_at_less_and_less() {
    /// Orders that wait for somebody who never comes.
    const ABANDONED: u64 = 24;
    /// Upstream calls of one run: fewer than there are such orders, as with 120 of them and the 50 calls of a real run.
    const CALLS: u64 = 10;
    let bench = Bench::start().await;
    let run = async |calls: u64| {
        let reconciler = Reconciler { calls, ..bench.stack.reconciler.clone() };
        reconciler.run().await.unwrap()
    };
    let waits = |id: &str| serde_json::json!({"id": id, "status": "action_required"});
    let body = serde_json::json!({"data": {"status": "action_required"}}).to_string();
    for index in 0..ABANDONED {
        let (event, order) = (format!("evt_w{index}"), format!("ord_w{index}"));
        bench.tell(&event, "order.action_required", "2026-05-08T12:00:00Z", &waits(&order)).await;
    }
    let answers = Fault { body: Some(body), times: 1_000_000, ..Fault::on("GET", "/orders/ord_w") };
    bench.stack.sandbox.fail_next(answers);
    bench.advance(2 * HOUR).await;
    let token = bench.session("s1");
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    bench.place(&token, &draft(&FOUR), 202).await;
    bench.advance(60).await;
    // All of them have been due for longer.
    let report = run(CALLS).await;
    assert_eq!((report.placements, report.complete), (1, false));
    assert!(!bench.show_session(&bench.session("s1")).await["order"]["id"].is_null());

    // From the second day on a look costs each of them a call in six hours, then one a day.
    let looks_of_a_day = async || {
        let before = bench.stack.reconciler.desk.upstream.calls();
        for _ in 0..24 {
            bench.advance(HOUR).await;
            run(2 * CALLS).await;
        }
        bench.stack.reconciler.desk.upstream.calls() - before
    };
    looks_of_a_day().await;
    let second = looks_of_a_day().await;
    looks_of_a_day().await;
    let fourth = looks_of_a_day().await;
    assert!(second <= 5 * ABANDONED && fourth <= ABANDONED + 5, "{second} on the second day, {fourth} on the fourth");
}

#[tokio::test]
async fn a_completed_order_that_is_cancelled_upstream_is_found_without_any_event() {
    const DAY: u64 = 24 * HOUR;
    let bench = Bench::start().await;
    let id = bench.place(&bench.session("s1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    bench.advance(HOUR).await;
    assert_eq!(bench.partner_view(&id).await["status"], "completed");
    bench.stack.sandbox.set_webhook_url(None);
    bench.advance(DAY).await;
    bench.beside(&format!("/orders/{id}/cancel"), &serde_json::json!({})).await;
    reconcile(&bench).await;
    assert_eq!(bench.partner_view(&id).await["status"], "completed", "looked at before its week was over");
    bench.advance(7 * DAY).await;
    let report = reconcile(&bench).await;
    assert_eq!((report.orders, report.drift), (1, 1));
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["status"], &view["final"]), (&"cancel_scheduled".into(), &false.into()));
    // It ends 30 days after it was cancelled, between two weekly looks.
    let mut looks = 0;
    for _ in 0..25 {
        bench.advance(DAY).await;
        looks += reconcile(&bench).await.orders;
    }
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["status"], &view["final"]), (&"cancelled".into(), &true.into()));
    assert!(looks <= 7, "{looks} looks in 25 days");
    bench.advance(60 * DAY).await;
    assert_eq!(reconcile(&bench).await.orders, 0, "an order that is over is looked at");
}
