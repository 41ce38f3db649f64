//! Returning customers: with another session, in another letter case, under upstream's id, without a plan.

use crate::client::{CUSTOMER, Call, FOUR, Harness, draft};
use sandbox::{Drop, Fault};
use serde_json::{Value, json};

impl Harness {
    /// A session of `customer` without an order.
    fn later_session(&self, id: &str, customer: &str) -> String {
        let mut claims = self.claims(id);
        claims["sub"] = json!(customer);
        self.sign(&claims)
    }

    async fn own_orders(&self, token: &str) -> Vec<Value> {
        let page = self.send(Call::get("/v1/orders").bearer(token), 200).await.json();
        page["data"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn customer_reads_its_orders_with_any_session() {
    let harness = Harness::start().await;
    let placed = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    let id = placed["id"].as_str().unwrap();
    let upstream = harness.stack.sandbox.orders()[0]["user_id"].as_str().unwrap().to_owned();
    harness.advance(2 * 24 * 60 * 60).await;
    for (index, customer) in [CUSTOMER, "Client@Example.Com", &upstream].into_iter().enumerate() {
        let token = harness.later_session(&format!("ses_later_{index}"), customer);
        assert_eq!(harness.order(&token, id).await["status"], "completed", "{customer}");
        let listed = harness.own_orders(&token).await;
        assert_eq!(listed.len(), 1, "{customer}");
        let row = &listed[0];
        let costs = json!({"total_cents": 6_700, "currency": "usd"});
        let expected = json!({"id": id, "status": "completed", "final": true, "domain_count": 4,
            "costs": costs, "charge": costs, "created_at": "2026-05-08T12:00:00Z",
            "updated_at": row["updated_at"], "renews_at": row["renews_at"]});
        assert_eq!(*row, expected, "no customer in it");
    }
}

#[tokio::test]
async fn sessions_show_the_number_of_pending_orders() {
    let harness = Harness::start().await;
    let placing = async |token: &str, path: &str| {
        harness.send(Call::get(path).bearer(token), 200).await.json()["meta"].get("placing").cloned()
    };
    let later = harness.later_session("ses_later", CUSTOMER);
    assert_eq!(placing(&later, "/v1/orders").await, Some(json!(0)));
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await;
    for (session, name) in [("ses_2", "second"), ("ses_3", "third")] {
        harness.stack.sandbox.fail_next(Fault { drop: Some(Drop::Before), ..Fault::on("POST", "/orders") });
        let names = ["a", "b", "c", "d"].map(|part| format!("{name}-{part}.com"));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        harness.place(&harness.session(session), &draft(&names), 202).await;
    }
    let refused = draft(&["taken-acme.com", FOUR[1], FOUR[2], FOUR[3]]);
    harness.place(&harness.session("ses_4"), &refused, 400).await;
    assert_eq!(placing(&later, "/v1/orders").await, Some(json!(2)));
    assert_eq!(placing(&harness.later_session("ses_other", "other@example.com"), "/v1/orders").await, Some(json!(0)));
    let page = harness.as_partner("GET", "/v1/orders", None, 200).await.json();
    assert_eq!(page["meta"].get("placing"), None);
    for _ in 0..3 {
        harness.advance(45).await;
        harness.stack.reconciler.run().await.unwrap();
    }
    assert_eq!(placing(&later, "/v1/orders").await, Some(json!(0)));
    let first = harness.send(Call::get("/v1/orders?per_page=1").bearer(&later), 200).await.json();
    let next = first["links"]["next"].as_str().unwrap();
    assert_eq!(placing(&later, next).await, None, "on the first page alone");
}

#[tokio::test]
async fn order_of_an_upstream_id_belongs_to_its_email_too() {
    let harness = Harness::start().await;
    harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await;
    let upstream = harness.stack.sandbox.orders()[0]["user_id"].as_str().unwrap().to_owned();
    let names = ["second-a.com", "second-b.com", "second-c.com", "second-d.com"];
    harness.place(&harness.later_session("ses_2", &upstream), &draft(&names), 201).await;
    assert_eq!(harness.own_orders(&harness.later_session("ses_3", CUSTOMER)).await.len(), 2);
    assert_eq!(harness.own_orders(&harness.later_session("ses_4", &upstream)).await.len(), 2);
}

#[tokio::test]
async fn customer_sees_only_its_own_orders() {
    let harness = Harness::start().await;
    let placed = harness.place(&harness.session("ses_1"), &draft(&FOUR), 201).await.data();
    let other = harness.later_session("ses_2", "other@example.com");
    assert!(harness.own_orders(&other).await.is_empty());
    let path = format!("/v1/orders/{}", placed["id"].as_str().unwrap());
    assert_eq!(harness.send(Call::get(&path).bearer(&other), 404).await.code(), "order_not_found");
    let asked = Call::get(&format!("/v1/orders?customer={CUSTOMER}")).bearer(&other);
    assert_eq!(harness.send(asked, 400).await.findings(), ["customer unknown_parameter"]);
}

#[tokio::test]
async fn customer_order_list_is_paged() {
    let harness = Harness::start().await;
    for index in 0..5 {
        let id = format!("ord_{index}");
        let order = json!({"id": id, "status": "completed", "email": CUSTOMER, "domains": ["acme.com"],
                           "created_at": format!("2026-0{}-07T12:00:00Z", index + 1)});
        harness.deliver_event(&format!("evt_{index}"), "order.completed", "2026-05-08T12:00:00Z", &order).await;
    }
    let token = harness.session("ses_1");
    let mut path = "/v1/orders?per_page=2&status=completed".to_owned();
    let mut ids = Vec::new();
    loop {
        let page = harness.send(Call::get(&path).bearer(&token), 200).await.json();
        ids.extend(page["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        match page["links"]["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(ids, ["ord_4", "ord_3", "ord_2", "ord_1", "ord_0"]);
}

#[tokio::test]
async fn order_shows_its_inboxes_and_dates() {
    let harness = Harness::start().await;
    harness.advance(2 * 60 * 60).await;
    let inbox = |address: &str| json!({"email": address, "password": "hunter2", "display_name": "Sam Lee"});
    let order = json!({"id": "ord_1", "status": "completed", "email": CUSTOMER, "created_at": "2026-05-01T12:00:00Z",
        "renews_at": "2026-06-01T12:00:00Z", "domains": [{"domain": "acme.com", "provider": "google",
        "mailboxes": [inbox("Sam@acme.com"), inbox("lee@acme.com")]}]});
    harness.deliver_event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &order).await;
    let domain = json!({"domain": "getacme.com", "order_id": "ord_1", "accounts": [inbox("sam@getacme.com")]});
    harness.deliver_event("evt_2", "domain.connected", "2026-05-08T12:00:00Z", &domain).await;
    let later = json!({"id": "ord_1", "status": "cancel_scheduled", "cancels_at": "2026-06-01T12:00:00Z"});
    harness.deliver_event("evt_3", "order.cancel_scheduled", "2026-05-08T12:30:00Z", &later).await;
    let view = harness.order(&harness.session("ses_1"), "ord_1").await;
    let row = |address: &str, domain: &str| json!({"address": address, "domain": domain});
    let google = |address: &str| json!({"address": address, "domain": "acme.com", "provider": "google"});
    let inboxes = json!([google("lee@acme.com"), google("sam@acme.com"), row("sam@getacme.com", "getacme.com")]);
    assert_eq!(view["inboxes"], inboxes);
    assert_eq!(view["renews_at"], "2026-06-01T12:00:00Z");
    assert_eq!(view["cancels_at"], "2026-06-01T12:00:00Z");
    let everything = format!("{:?}", crate::table::scan(&harness.stack).await);
    assert!(!everything.contains("hunter2") && !everything.contains("Sam Lee"));
}
