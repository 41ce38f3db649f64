//! A domain of the customer's own is on one order at a time: each step says so, and offers it again when that order has
//! let it go.

use crate::client::{Bench, Call, FOUR, Reply, draft};
use crate::imports::{DAY, OTHER};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

const OWN: &str = "owned-a.com";

/// The customer's own domain, and three others that no earlier order has.
fn mix(turn: usize) -> [String; 4] {
    [OWN.to_owned(), format!("shop-{turn}-a.com"), format!("shop-{turn}-b.com"), format!("shop-{turn}-c.com")]
}

impl Bench {
    async fn order_mix(&self, token: &str, turn: usize, status: u16) -> Reply {
        let names = mix(turn);
        self.place(token, &draft(&names.each_ref().map(String::as_str)), status).await
    }

    /// A connected domain, on an order that was placed with it.
    async fn with_own_on_an_order() -> (Self, String) {
        let bench = Self::start().await;
        let token = bench.session("ses_1");
        bench.bring_connected(&token, &[OWN]).await;
        let id = bench.order_mix(&token, 1, 201).await.data()["id"].as_str().unwrap().to_owned();
        (bench, id)
    }

    /// A new session of the customer sees the domain on an order, at each step.
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

    /// A new session of the customer can order the domain.
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
async fn an_own_domain_is_refused_while_an_order_has_it_and_offered_once_that_is_cancelled() {
    let (bench, id) = Bench::with_own_on_an_order().await;
    // The session that placed the order reads its receipt.
    let again = bench.order_mix(&bench.session("ses_1"), 1, 201).await.data();
    assert_eq!((&again["id"], &again["replayed"]), (&json!(id), &json!(true)));
    bench.assert_in_use("ses_2").await;
    bench.advance(6).await;
    assert_eq!(bench.partner_view(&id).await["status"], "completed");
    bench.assert_in_use("ses_3").await;
    bench.cancel(&id, &json!({"whole": true})).await;
    bench.assert_in_use("ses_4").await;
    bench.advance(31 * DAY).await;
    assert_eq!(bench.partner_view(&id).await["status"], "cancelled");
    bench.assert_offered("ses_5").await;
    bench.assert_in_use("ses_6").await;
}

#[tokio::test]
async fn an_own_domain_is_offered_again_when_its_order_failed() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.bring_connected(&token, &[OWN]).await;
    bench.place(&token, &draft(&[OWN, "fail-acme.com", FOUR[1], FOUR[2]]), 201).await;
    bench.assert_in_use("ses_2").await;
    bench.advance(60).await;
    bench.assert_offered("ses_3").await;
}

#[tokio::test]
async fn an_own_domain_is_noted_for_an_order_whose_answer_was_lost() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.bring_connected(&token, &[OWN]).await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    bench.order_mix(&token, 1, 202).await;
    bench.advance(60).await;
    assert_eq!(bench.stack.reconciler.run().await.unwrap().placements, 1);
    bench.assert_in_use("ses_2").await;
}

#[tokio::test]
async fn an_own_domain_that_was_cancelled_by_itself_is_offered_again_when_it_has_left_the_order() {
    let (bench, id) = Bench::with_own_on_an_order().await;
    bench.advance(6).await;
    bench.cancel(&id, &json!({"domains": [OWN]})).await;
    bench.assert_in_use("ses_2").await;
    // No event says that it has left.
    bench.advance(30 * DAY + 60 * 60).await;
    bench.stack.reconciler.run().await.unwrap();
    assert_eq!(bench.partner_view(&id).await["status"], "completed");
    bench.assert_offered("ses_3").await;
}

#[tokio::test]
async fn an_own_domain_is_offered_again_when_an_event_says_that_it_has_left_its_order() {
    for word in ["failed", "cancelled", "swapped", "removed"] {
        let (bench, id) = Bench::with_own_on_an_order().await;
        let domain = json!({"id": "dom_1", "domain": OWN, "order_id": id});
        bench.advance(60).await;
        bench.tell("evt_1", "domain.action_required", "2026-05-08T12:02:00Z", &domain).await;
        bench.assert_in_use("ses_2").await;
        bench.advance(60).await;
        bench.tell("evt_2", &format!("domain.{word}"), "2026-05-08T12:03:00Z", &domain).await;
        assert_eq!(bench.row(&bench.session("ses_3"), OWN).await["available"], true, "{word}");
        bench.stack.stop().await;
    }
}

#[tokio::test]
async fn a_quote_ends_when_another_order_takes_an_own_domain() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.bring_connected(&token, &[OWN]).await;
    let quote = Call::post("/v1/quotes").bearer(&token).json(&json!({ "domains": mix(1) }));
    let quote = bench.send(quote, 200).await.data();
    bench.order_mix(&bench.session("ses_2"), 2, 201).await;
    let names = mix(1);
    let mut body = draft(&names.each_ref().map(String::as_str));
    body["quote"] = quote["token"].clone();
    let reply = bench.place(&token, &body, 409).await;
    assert_eq!(
        (reply.code().as_str(), reply.findings()),
        ("quote_changed", vec!["domains[0] domain_in_use".to_owned()])
    );
}

#[tokio::test]
async fn an_own_domain_on_an_order_is_taken_for_others_also_once_its_customer_is_forgotten() {
    let (bench, id) = Bench::with_own_on_an_order().await;
    assert_eq!(bench.row(&bench.session_of("ses_2", OTHER), OWN).await["reason"], "taken");
    let forget = json!({"customer": crate::client::CUSTOMER});
    let done = bench.as_partner("POST", "/v1/customers/forget", Some(&forget), 200).await.data();
    assert_eq!((&done["domains"], &done["complete"]), (&json!(1), &json!(true)));
    assert_eq!(bench.row(&bench.session("ses_3"), OWN).await["reason"], "taken");
    bench.advance(6).await;
    bench.cancel(&id, &json!({"whole": true})).await;
    bench.advance(31 * DAY).await;
    assert_eq!(bench.row(&bench.session("ses_4"), OWN).await["reason"], "taken");
}

#[tokio::test]
async fn an_order_that_is_found_late_does_not_hide_a_newer_one() {
    let bench = Bench::start().await;
    let token = bench.session("ses_1");
    bench.bring_connected(&token, &[OWN]).await;
    bench.stack.sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    bench.stack.sandbox.fail_next(Fault { status: Some(500), times: 2, ..Fault::on("GET", "/orders") });
    bench.order_mix(&token, 1, 202).await;
    let id = bench.stack.sandbox.orders()[0]["id"].as_str().unwrap().to_owned();
    bench.advance(6).await;
    bench.beside(&format!("/orders/{id}/cancel"), &json!({})).await;
    bench.advance(31 * DAY).await;
    bench.order_mix(&bench.session("ses_2"), 2, 201).await;
    assert_eq!(bench.stack.reconciler.run().await.unwrap().placements, 1);
    bench.assert_in_use("ses_3").await;
}
