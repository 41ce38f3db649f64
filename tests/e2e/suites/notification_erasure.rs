//! Erasing a customer covers notifications: bodies name the pseudonym, and what endpoints answered is removed.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use crate::forgetting::{everything, forget};
use crate::table::client;
use aws_sdk_dynamodb::types::AttributeValue;
use functions::model::notification::catalogue::Event;
use functions::model::notification::data::OrderNotPlaced;
use functions::model::notification::examples::example;
use functions::model::notification::{Notification, NotificationId};
use functions::store::notification::{After, Attempt};

#[tokio::test]
async fn notifications_of_an_erased_customer_name_the_pseudonym() {
    let harness = Harness::start().await;
    harness.place(&harness.session("s1"), &draft(&FOUR), 201).await;
    harness.start_import(&harness.session("s1"), &["owned-a.com"], 202).await;
    harness.advance(60).await;
    let (store, now) = (&harness.stack.store, harness.stack.sandbox.now());
    let told = harness.told().await;
    assert!(told.len() > 6, "{told:?}");
    for row in &told {
        assert!(row.to_string().contains(CUSTOMER), "{row}");
        let id = NotificationId::parse(row["id"].as_str().unwrap()).unwrap();
        let delivery = async || store.notification(&id, now).await.unwrap().unwrap().delivery_to("crm");
        assert!(store.take_delivery(&id, &delivery().await, now, 20).await.unwrap());
        let response = format!("unknown customer {CUSTOMER}");
        let attempt = Attempt { endpoint: "crm".to_owned(), at: now, status: Some(500), ms: 12, response };
        assert!(store.record_attempt(&id, &delivery().await, attempt, After::GiveUp).await.unwrap());
    }
    let pseudonym = forget(&harness).await["pseudonym"].as_str().unwrap().to_owned();
    assert!(!everything(&harness).await.contains(CUSTOMER));
    let after = harness.told().await;
    assert_eq!(after.len(), told.len());
    for row in &after {
        assert!(row.to_string().contains(&pseudonym), "{row}");
        assert_eq!((&row["attempts"][0]["status"], &row["attempts"][0]["response"]), (&500.into(), &"".into()));
    }
}

#[tokio::test]
async fn an_answer_that_comes_after_the_erasure_is_not_kept() {
    let harness = Harness::start().await;
    harness.place(&harness.session("s1"), &draft(&FOUR), 201).await;
    let (store, now) = (&harness.stack.store, harness.stack.sandbox.now());
    let id = NotificationId::parse(harness.told().await[0]["id"].as_str().unwrap()).unwrap();
    let delivery = store.notification(&id, now).await.unwrap().unwrap().delivery_to("crm");
    assert!(store.take_delivery(&id, &delivery, now, 20).await.unwrap());
    let taken = delivery.taken(now + 20);
    assert_eq!(forget(&harness).await["complete"], true);
    let response = format!("unknown customer {CUSTOMER}");
    let attempt = Attempt { endpoint: "crm".to_owned(), at: now, status: Some(500), ms: 12, response };
    assert!(store.record_attempt(&id, &taken, attempt.clone(), After::Retry(now + 5)).await.unwrap());
    assert!(!everything(&harness).await.contains(CUSTOMER));
    let row = harness.told().await.into_iter().find(|row| row["id"] == id.as_str()).unwrap();
    assert_eq!((&row["attempts"][0]["status"], &row["attempts"][0]["response"]), (&500.into(), &"".into()));
    // Another notifier that has recorded the attempt still wins.
    assert!(!store.record_attempt(&id, &taken, attempt, After::GiveUp).await.unwrap());
}

#[tokio::test]
async fn another_erasure_removes_what_the_first_did_not_find() {
    let harness = Harness::start().await;
    harness.place(&harness.session("s1"), &draft(&FOUR), 201).await;
    harness.start_import(&harness.session("s1"), &["owned-a.com"], 202).await;
    harness.advance(60).await;
    forget(&harness).await;
    let now = harness.stack.sandbox.now();
    // About the session, as an approval that became void.
    let Some(Event::OrderNotPlaced(given_up)) = example("order.not_placed") else { panic!("it is another event") };
    let event = Event::OrderNotPlaced(OrderNotPlaced { session: "s1".to_owned(), ..given_up });
    let of_session = Notification { test: false, ..Notification::synthetic(event, [7; 16], now) };
    assert!(harness.stack.store.write_notification(&of_session, now).await.unwrap());
    let told = harness.told().await;
    for kind in ["order.placed", "order.not_placed", "import.needs_nameservers"] {
        let row = told.iter().find(|row| row["type"] == kind).unwrap_or_else(|| panic!("no {kind} in {told:?}"));
        leave_answer(&harness, row["id"].as_str().unwrap(), now).await;
        assert!(everything(&harness).await.contains(CUSTOMER));
        assert_eq!(forget(&harness).await["complete"], true);
        assert!(!everything(&harness).await.contains(CUSTOMER), "{kind}");
    }
}

/// An answer that names the customer, recorded after the customer was erased.
async fn leave_answer(harness: &Harness, id: &str, now: i64) {
    let text = |text: String| AttributeValue::S(text);
    let number = |number: i64| AttributeValue::N(number.to_string());
    let left = client(&harness.stack).put_item().table_name(&harness.stack.table);
    let left = left.item("pk", text(format!("NOTIFICATION#{id}"))).item("sk", text("TRY#crm#00001".to_owned()));
    let left = left.item("endpoint", text("crm".to_owned())).item("at", number(now)).item("ms", number(9));
    let left = left.item("response", text(CUSTOMER.to_owned())).item("expires_at", number(now + 86_400));
    left.send().await.unwrap();
}
