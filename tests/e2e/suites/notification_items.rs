//! Notifications in the table: what waits, who works on it, what was tried, and how it is requested again.

use e2e::{Stack, StackConfig};
use functions::model::notification::examples::example;
use functions::model::notification::{Notification, NotificationId};
use functions::store::key::index::OPEN_SHARDS;
use functions::store::notification::{After, Attempt, DeliveryState, StoredNotification, started_by};

const DAY: i64 = 24 * 60 * 60;

async fn written(stack: &Stack, now: i64) -> NotificationId {
    let notification = Notification::synthetic(example("order.completed").unwrap(), [7; 16], now);
    assert!(stack.store.write_notification(&notification, now).await.unwrap());
    notification.id
}

async fn read(stack: &Stack, id: &NotificationId, now: i64) -> StoredNotification {
    stack.store.notification(id, now).await.unwrap().unwrap()
}

async fn due(stack: &Stack, until: i64) -> Vec<NotificationId> {
    let mut found = Vec::new();
    for shard in 0..OPEN_SHARDS {
        found.extend(stack.store.due_notifications(shard, until, 10).await.unwrap());
    }
    found
}

async fn due_to(stack: &Stack, endpoint: &str, until: i64) -> Vec<NotificationId> {
    let mut found = Vec::new();
    for shard in 0..OPEN_SHARDS {
        found.extend(stack.store.due_deliveries(endpoint, shard, until, 10).await.unwrap());
    }
    found
}

fn attempt(at: i64, status: Option<u16>) -> Attempt {
    Attempt { endpoint: "crm".to_owned(), at, status, ms: 12, response: "x".repeat(2_000) }
}

#[tokio::test]
async fn notification_waits_until_each_endpoint_has_a_delivery() {
    let stack = Stack::start(StackConfig::paused()).await.unwrap();
    let now = stack.sandbox.now();
    let id = written(&stack, now).await;
    assert!(
        !stack
            .store
            .write_notification(&Notification::synthetic(example("order.failed").unwrap(), [7; 16], now), now)
            .await
            .unwrap()
    );
    assert!(due(&stack, now).await.is_empty(), "the stream is first");
    assert_eq!(due(&stack, now + 60).await, std::slice::from_ref(&id));
    stack.store.handed_out(&id).await.unwrap();
    assert!(due(&stack, now + DAY).await.is_empty());
    let body = serde_json::to_value(read(&stack, &id, now).await.body(None)).unwrap();
    assert_eq!((body["type"].as_str(), body["test"].as_bool()), (Some("order.completed"), Some(true)));
    assert_eq!(body["data"]["reference"], "sale-1042");
    assert!(stack.store.notification(&id, now + 31 * DAY).await.unwrap().is_none(), "it has expired");
    stack.stop().await;
}

#[tokio::test]
async fn one_notifier_at_a_time_works_on_a_delivery() {
    let stack = Stack::start(StackConfig::paused()).await.unwrap();
    let now = stack.sandbox.now();
    let id = written(&stack, now).await;
    let first = read(&stack, &id, now).await.delivery_to("crm");
    assert!(stack.store.take_delivery(&id, &first, now, 20).await.unwrap());
    assert!(!stack.store.take_delivery(&id, &first, now, 20).await.unwrap(), "another has just begun it");
    let seen = read(&stack, &id, now).await.delivery_to("crm");
    assert!(!stack.store.take_delivery(&id, &seen, now + 19, 20).await.unwrap(), "another works on it");
    assert_eq!(due_to(&stack, "crm", now + 20).await, std::slice::from_ref(&id), "if that one stops, it is found");
    assert!(stack.store.take_delivery(&id, &seen, now + 20, 20).await.unwrap());
    stack.stop().await;
}

#[tokio::test]
async fn attempts_are_logged_and_a_retry_waits_for_its_endpoint() {
    let stack = Stack::start(StackConfig::paused()).await.unwrap();
    let now = stack.sandbox.now();
    let id = written(&stack, now).await;
    let taken = async |at: i64| {
        let delivery = read(&stack, &id, at).await.delivery_to("crm");
        assert!(stack.store.take_delivery(&id, &delivery, at, 20).await.unwrap());
        read(&stack, &id, at).await.delivery_to("crm")
    };
    let delivery = taken(now).await;
    let retry = After::Retry(now + 300);
    assert!(stack.store.record_attempt(&id, &delivery, attempt(now, Some(500)), retry).await.unwrap());
    assert!(!stack.store.record_attempt(&id, &delivery, attempt(now, Some(200)), After::Delivered).await.unwrap());
    assert_eq!(due_to(&stack, "crm", now + 299).await, []);
    assert_eq!(due_to(&stack, "crm", now + 300).await, std::slice::from_ref(&id));
    assert_eq!(due_to(&stack, "billing", now + DAY).await, [], "other endpoints have queues of their own");
    let delivery = taken(now + 300).await;
    assert!(stack.store.record_attempt(&id, &delivery, attempt(now + 300, None), After::Delivered).await.unwrap());
    let found = read(&stack, &id, now + 301).await;
    let log: Vec<_> = found.attempts.iter().map(|tried| (tried.at, tried.status, tried.response.len())).collect();
    assert_eq!(log, [(now, Some(500), 1_024), (now + 300, None, 1_024)]);
    let delivery = found.delivery_to("crm");
    assert_eq!((delivery.state, delivery.attempts, delivery.due), (DeliveryState::Delivered, 2, None));
    assert_eq!(due_to(&stack, "crm", now + DAY).await, []);
    stack.stop().await;
}

#[tokio::test]
async fn redelivery_keeps_the_id_and_starts_the_attempts_again() {
    let stack = Stack::start(StackConfig::paused()).await.unwrap();
    let now = stack.sandbox.now();
    let id = written(&stack, now).await;
    stack.store.handed_out(&id).await.unwrap();
    let delivery = read(&stack, &id, now).await.delivery_to("crm");
    assert!(stack.store.take_delivery(&id, &delivery, now, 20).await.unwrap());
    let delivery = read(&stack, &id, now).await.delivery_to("crm");
    assert!(stack.store.record_attempt(&id, &delivery, attempt(now, Some(200)), After::Delivered).await.unwrap());
    stack.store.redeliver(&read(&stack, &id, now).await, Some("crm"), now + 60).await.unwrap();
    assert_eq!(due(&stack, now + DAY).await, [], "the other endpoints do not get it again");
    let delivery = read(&stack, &id, now).await.delivery_to("crm");
    assert_eq!((delivery.state, delivery.attempts, delivery.tries()), (DeliveryState::Pending, 1, 0));
    assert_eq!(due_to(&stack, "crm", now + 60).await, std::slice::from_ref(&id));
    stack.store.redeliver(&read(&stack, &id, now).await, None, now + 90).await.unwrap();
    assert_eq!(due(&stack, now + 90).await, std::slice::from_ref(&id));
    let pk = format!("NOTIFICATION#{id}");
    for (sk, starts) in [("NOTIFICATION", true), ("REDELIVERY", true), ("TO#crm", false), ("TRY#crm#00001", false)] {
        assert_eq!(started_by(&pk, sk), starts.then(|| id.clone()), "{sk}");
    }
    stack.stop().await;
}
