//! An owned domain belongs to one order at a time: every step reports it as in use, and as available once the order has
//! released it.

use crate::client::{Call, FOUR, Harness, Reply, draft};
use crate::imports::{DAY, OTHER};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

const OWN: &str = "owned-a.com";

/// The customer's owned domain, and three others that no earlier order has.
fn mix(turn: usize) -> [String; 4] {
    [OWN.to_owned(), format!("shop-{turn}-a.com"), format!("shop-{turn}-b.com"), format!("shop-{turn}-c.com")]
}

impl Harness {
    async fn order_mix(&self, token: &str, turn: usize, status: u16) -> Reply {
        let names = mix(turn);
        self.place(token, &draft(&names.each_ref().map(String::as_str)), status).await
    }

    /// A stack with a connected domain and an order that contains it.
    async fn with_own_on_an_order() -> (Self, String) {
        let harness = Self::start().await;
        let token = harness.session("ses_1");
        harness.import_connected(&token, &[OWN]).await;
        let id = harness.order_mix(&token, 1, 201).await.data()["id"].as_str().unwrap().to_owned();
        (harness, id)
    }

    /// Checks that a new session of the customer sees the domain as in use, at each step.
    async fn assert_in_use(&self, session: &str) {
        let token = self.session(session);
        let row = self.row(&token, OWN).await;
        assert_eq!(
            row,
            json!({"domain": OWN, "available": false, "owned": true, "reason": "in_use", "usable_for": [],
                   "message": "owned-a.com is on another order of yours.", "premium": false, "checked": true})
        );
        let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix(9) }));
        assert_eq!(self.send(quote, 400).await.findings(), ["domains[0] domain_in_use"], "{session}");
        assert_eq!(self.order_mix(&token, 9, 400).await.findings(), ["domains[0] domain_in_use"], "{session}");
    }

    /// Checks that a new session of the customer can order the domain.
    async fn assert_offered(&self, session: &str) {
        let token = self.session(session);
        let row = self.row(&token, OWN).await;
        assert_eq!((&row["available"], &row["owned"], &row["price_cents"]), (&json!(true), &json!(true), &json!(0)));
        self.order_mix(&token, 8, 201).await;
    }

    async fn cancel(&self, id: &str, body: &Value) {
        self.as_partner("POST", &format!("/v1/orders/{id}/cancel"), Some(body), 200).await;
    }
}

#[tokio::test]
async fn owned_domain_is_in_use_until_its_order_is_cancelled() {
    let (harness, id) = Harness::with_own_on_an_order().await;
    // The session that placed the order gets its receipt.
    let again = harness.order_mix(&harness.session("ses_1"), 1, 201).await.data();
    assert_eq!((&again["id"], &again["replayed"]), (&json!(id), &json!(true)));
    harness.assert_in_use("ses_2").await;
    harness.advance(6).await;
    assert_eq!(harness.partner_view(&id).await["status"], "completed");
    harness.assert_in_use("ses_3").await;
    harness.cancel(&id, &json!({"whole": true})).await;
    harness.assert_in_use("ses_4").await;
    harness.advance(31 * DAY).await;
    assert_eq!(harness.partner_view(&id).await["status"], "cancelled");
    harness.assert_offered("ses_5").await;
    harness.assert_in_use("ses_6").await;
}

#[tokio::test]
async fn owned_domain_is_free_again_when_its_order_failed() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.import_connected(&token, &[OWN]).await;
    harness.place(&token, &draft(&[OWN, "fail-acme.com", FOUR[1], FOUR[2]]), 201).await;
    harness.assert_in_use("ses_2").await;
    harness.advance(60).await;
    harness.assert_offered("ses_3").await;
}

#[tokio::test]
async fn owned_domain_is_in_use_by_an_order_with_lost_response() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.import_connected(&token, &[OWN]).await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    harness.order_mix(&token, 1, 202).await;
    harness.advance(60).await;
    assert_eq!(harness.stack.reconciler.run().await.unwrap().placements, 1);
    harness.assert_in_use("ses_2").await;
}

#[tokio::test]
async fn singly_cancelled_domain_is_free_when_it_left_the_order() {
    let (harness, id) = Harness::with_own_on_an_order().await;
    harness.advance(6).await;
    harness.cancel(&id, &json!({"domains": [OWN]})).await;
    harness.assert_in_use("ses_2").await;
    // No event reports the removal.
    harness.advance(30 * DAY + 60 * 60).await;
    harness.stack.reconciler.run().await.unwrap();
    assert_eq!(harness.partner_view(&id).await["status"], "completed");
    harness.assert_offered("ses_3").await;
}

#[tokio::test]
async fn owned_domain_is_free_when_an_event_removes_it() {
    for word in ["failed", "cancelled", "swapped", "removed"] {
        let (harness, id) = Harness::with_own_on_an_order().await;
        let domain = json!({"id": "dom_1", "domain": OWN, "order_id": id});
        harness.advance(60).await;
        harness.deliver_event("evt_1", "domain.action_required", "2026-05-08T12:02:00Z", &domain).await;
        harness.assert_in_use("ses_2").await;
        harness.advance(60).await;
        harness.deliver_event("evt_2", &format!("domain.{word}"), "2026-05-08T12:03:00Z", &domain).await;
        assert_eq!(harness.row(&harness.session("ses_3"), OWN).await["available"], true, "{word}");
        harness.stack.stop().await;
    }
}

#[tokio::test]
async fn quote_changes_when_another_order_takes_an_owned_domain() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.import_connected(&token, &[OWN]).await;
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix(1) }));
    let quote = harness.send(quote, 200).await.data();
    harness.order_mix(&harness.session("ses_2"), 2, 201).await;
    let names = mix(1);
    let mut body = draft(&names.each_ref().map(String::as_str));
    body["quote"] = quote["token"].clone();
    let reply = harness.place(&token, &body, 409).await;
    assert_eq!(
        (reply.code().as_str(), reply.findings()),
        ("quote_changed", vec!["domains[0] domain_in_use".to_owned()])
    );
}

#[tokio::test]
async fn ordered_domain_stays_taken_after_forgetting() {
    let (harness, id) = Harness::with_own_on_an_order().await;
    assert_eq!(harness.row(&harness.session_of("ses_2", OTHER), OWN).await["reason"], "taken");
    let forget = json!({"customer": crate::client::CUSTOMER});
    let done = harness.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    assert_eq!((&done["domains"], &done["complete"]), (&json!(1), &json!(true)));
    assert_eq!(harness.row(&harness.session("ses_3"), OWN).await["reason"], "taken");
    harness.advance(6).await;
    harness.cancel(&id, &json!({"whole": true})).await;
    harness.advance(31 * DAY).await;
    assert_eq!(harness.row(&harness.session("ses_4"), OWN).await["reason"], "taken");
}

#[tokio::test]
async fn order_found_late_does_not_replace_a_newer_one() {
    let harness = Harness::start().await;
    let token = harness.session("ses_1");
    harness.import_connected(&token, &[OWN]).await;
    harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    harness.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    harness.order_mix(&token, 1, 202).await;
    let id = harness.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
    harness.advance(6).await;
    harness.beside(&format!("/orders/{id}/cancel"), &json!({})).await;
    harness.advance(31 * DAY).await;
    harness.order_mix(&harness.session("ses_2"), 2, 201).await;
    assert_eq!(harness.stack.reconciler.run().await.unwrap().placements, 1);
    harness.assert_in_use("ses_3").await;
}
