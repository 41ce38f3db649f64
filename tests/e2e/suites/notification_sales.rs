//! What placing an order tells the partner's backend: that it was placed, or that no order came of it, with the sale.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use e2e::StackConfig;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

const HOUR: u64 = 60 * 60;
const FOUR_MORE: [&str; 4] = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];

fn of<'t>(told: &'t [Value], kind: &str) -> Vec<&'t Value> {
    told.iter().filter(|row| row["type"] == kind).collect()
}

fn sold(harness: &Harness, session: &str) -> String {
    let mut claims = harness.claims(session);
    claims["reference"] = json!(format!("sale of {session}"));
    claims["metadata"] = json!({"campaign": "spring"});
    claims["order_link"] = json!("https://app.acme.com/orders/{id}");
    claims["locale"] = json!("de-AT");
    harness.sign(&claims)
}

#[tokio::test]
async fn placed_order_is_told_with_its_sale_and_session() {
    let harness = Harness::start().await;
    let id = harness.place(&sold(&harness, "s1"), &draft(&FOUR), 201).await.data()["id"].clone();
    harness.place(&sold(&harness, "s1"), &draft(&FOUR), 201).await;
    let told = harness.told().await;
    let [placed] = of(&told, "order.placed")[..] else { panic!("{told:?}") };
    let sequence = placed["data"]["sequence"].clone();
    let expected = json!({
        "order": {"id": id, "status": "in_progress", "customer": CUSTOMER}, "sequence": sequence,
        "reference": "sale of s1", "metadata": {"campaign": "spring"}, "session": "s1", "approval": null,
    });
    assert_eq!(placed["data"], expected);
    harness.advance(60).await;
    let told = harness.told().await;
    assert_eq!(of(&told, "order.completed")[0]["data"]["reference"], "sale of s1");
    assert_eq!(of(&told, "domain.connected").len(), 4);
    let first = told.iter().min_by_key(|row| row["data"]["sequence"].as_u64()).unwrap();
    assert_eq!(first["type"], "order.placed");
}

#[tokio::test]
async fn email_to_a_waiting_customer_has_link_and_language() {
    let harness = Harness::start().await;
    let id = harness.place(&sold(&harness, "s1"), &draft(&FOUR), 201).await.data()["id"].as_str().unwrap().to_owned();
    let waiting = json!({"id": id, "status": "action_required"});
    harness.deliver_event("evt_w", "order.action_required", "2026-05-08T12:00:03Z", &waiting).await;
    let told = harness.told().await;
    let data = &of(&told, "order.needs_action")[0]["data"];
    let link = format!("https://app.acme.com/orders/{id}");
    assert_eq!((&data["link"], &data["language"]), (&json!(link), &json!("de-AT")));
    assert_eq!(data["subject"], "Ihre Bestellung braucht Ihre Mithilfe");
    assert!(data["body"].as_str().unwrap().contains(&link), "{data}");
}

#[tokio::test]
async fn link_is_the_stages_unless_the_session_has_its_own() {
    let order_link = Some("https://shop.acme.com/my?order={id}".to_owned());
    let harness = Harness::with(StackConfig { order_link, ..StackConfig::paused() }).await;
    let mut links = Vec::new();
    for (session, names) in [("s1", FOUR), ("s2", FOUR_MORE)] {
        let token = if session == "s1" { sold(&harness, session) } else { harness.session(session) };
        let id = harness.place(&token, &draft(&names), 201).await.data()["id"].as_str().unwrap().to_owned();
        let waiting = json!({"id": id, "status": "action_required"});
        harness
            .deliver_event(&format!("evt_{session}"), "order.action_required", "2026-05-08T12:00:03Z", &waiting)
            .await;
        let link = match session {
            "s1" => format!("https://app.acme.com/orders/{id}"),
            _ => format!("https://shop.acme.com/my?order={id}"),
        };
        links.push((id, link));
    }
    let told = harness.told().await;
    for (id, link) in links {
        let data =
            &of(&told, "order.needs_action").iter().find(|row| row["data"]["order"]["id"] == id).unwrap()["data"];
        assert_eq!(data["link"], link);
        assert!(data["body"].as_str().unwrap().contains(&link), "{data}");
    }
    harness.stack.stop().await;
}

#[tokio::test]
async fn lost_answer_still_tells_of_one_placed_order() {
    for drop in [Drop::Before, Drop::After] {
        let harness = Harness::start().await;
        harness.stack.sandbox.fail_next(Fault { drop: Some(drop), ..Fault::on("POST", "/orders") });
        harness.stack.sandbox.fail_next(Fault { status: Some(500), times: 4, ..Fault::on("GET", "/orders") });
        harness.place(&sold(&harness, "s1"), &draft(&FOUR), 202).await;
        assert!(of(&harness.told().await, "order.placed").is_empty(), "it is not known yet");
        for _ in 0..4 {
            harness.advance(60).await;
            harness.stack.reconciler.run().await.unwrap();
        }
        let told = harness.told().await;
        assert_eq!(of(&told, "order.placed").len(), 1);
        assert_eq!(of(&told, "order.not_placed").len(), 0);
    }
}

#[tokio::test]
async fn refused_form_is_not_told_and_a_lost_order_is() {
    let harness = Harness::start().await;
    let refusal = json!({"error": {"code": "invalid_request", "message": "no"}}).to_string();
    harness.stack.sandbox.fail_next(Fault { status: Some(400), body: Some(refusal), ..Fault::on("POST", "/orders") });
    harness.place(&sold(&harness, "s1"), &draft(&FOUR), 502).await;
    assert!(harness.told().await.is_empty(), "the customer sees it, and may order again");
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), times: 100, ..Fault::on("POST", "/orders") });
    harness.place(&sold(&harness, "s1"), &draft(&FOUR), 202).await;
    harness.advance(25 * HOUR).await;
    harness.stack.reconciler.run().await.unwrap();
    let told = harness.told().await;
    let [lost] = &told[..] else { panic!("{told:?}") };
    assert_eq!(lost["type"], "order.not_placed");
    let expected = json!({
        "session": "s1", "approval": null, "reference": "sale of s1", "metadata": {"campaign": "spring"},
    });
    assert_eq!(lost["data"], expected);
}
