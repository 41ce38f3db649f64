//! The notifier: who receives a notification, when it is sent again, and what becomes of an endpoint that fails.

use crate::endpoint_server::{Answers, Server};
use e2e::{Stack, StackConfig};
use functions::model::notification::examples::example;
use functions::model::notification::{Notification, NotificationId};
use functions::notifier::Notifier;
use functions::notifier::invocation::Invocation;
use functions::notifier::report::Report;
use functions::store::notification::{After, Attempt, DeliveryState, StoredNotification};
use serde_json::json;
use std::time::Duration;

const DAY: u64 = 24 * 60 * 60;
/// Real time within which everything that is due is delivered.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A stack with an endpoint for each server, named by its place: `a`, `b`, …
pub(crate) async fn stack(servers: &[&Server]) -> Stack {
    let named = |(name, server): (char, &&Server)| (name.to_string(), server.url.clone());
    let endpoints = ('a'..).zip(servers).map(named).collect();
    Stack::start(StackConfig { endpoints, ..StackConfig::paused() }).await.unwrap()
}

pub(crate) async fn write(stack: &Stack, kind: &str, number: u8) -> NotificationId {
    let now = stack.sandbox.now();
    let notification = Notification::synthetic(example(kind).unwrap(), [number; 16], now);
    assert!(stack.store.write_notification(&notification, now).await.unwrap());
    notification.id
}

/// What the stream starts.
pub(crate) async fn written(stack: &Stack, id: &NotificationId) -> Report {
    stack.notifier.invoke(Invocation::Written(vec![id.clone()]), LIMIT).await.unwrap()
}

/// What the schedule starts.
pub(crate) async fn scheduled(notifier: &Notifier) -> Report {
    notifier.invoke(Invocation::Everything, LIMIT).await.unwrap()
}

pub(crate) async fn read(stack: &Stack, id: &NotificationId) -> StoredNotification {
    stack.store.notification(id, stack.sandbox.now()).await.unwrap().unwrap()
}

pub(crate) async fn advance(stack: &Stack, seconds: u64) {
    stack.sandbox.advance(Duration::from_secs(seconds)).await;
}

/// A record as in <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>, with keys only.
fn record(pk: &str, sk: &str) -> serde_json::Value {
    json!({
        "eventID": "1", "eventName": "INSERT", "eventVersion": "1.0", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": "111", "SizeBytes": 26,
            "StreamViewType": "KEYS_ONLY",
        },
    })
}

#[test]
fn the_stream_names_notifications() {
    let id = NotificationId::parse("ntf_0123456789abcdef0123456789abcdef").unwrap();
    let partition = format!("NOTIFICATION#{id}");
    let event = json!({"Records": [
        record(&partition, "NOTIFICATION"), record(&partition, "REDELIVERY"), record(&partition, "TO#backend"),
        record("ORDER#ord_1", "ORDER"),
    ]});
    assert_eq!(Invocation::read(event), Invocation::Written(vec![id]));
}

#[tokio::test]
async fn each_endpoint_receives_the_same_id_and_body_at_once() {
    let (a, b) = (Server::start(204).await, Server::start(200).await);
    let stack = stack(&[&a, &b]).await;
    let id = write(&stack, "order.completed", 1).await;
    assert_eq!(written(&stack, &id).await, Report { delivered: 2, failed: 0 });
    let (one, other) = (a.received().remove(0), b.received().remove(0));
    assert_eq!((one.id(), other.id()), (id.as_str(), id.as_str()));
    assert_eq!(one.body, other.body);
    assert_eq!(one.json()["type"], "order.completed");
    assert_eq!(one.headers["webhook-timestamp"], stack.sandbox.now().to_string());
    assert_ne!(one.headers["webhook-signature"], other.headers["webhook-signature"], "each has its own secret");
    // The stream may name it again, and the schedule finds nothing.
    assert_eq!(written(&stack, &id).await, Report::default());
    advance(&stack, 120).await;
    assert_eq!(scheduled(&stack.notifier).await, Report::default());
    assert_eq!((a.received().len(), b.received().len()), (1, 1));
    stack.stop().await;
}

#[tokio::test]
async fn an_endpoint_receives_only_the_types_that_it_wants() {
    let (a, b) = (Server::start(204).await, Server::start(204).await);
    let stack = stack(&[&a, &b]).await;
    let document = {
        let secrets = stack.secrets.lock().unwrap();
        secrets["notification_endpoints"].replace(r#""name":"b""#, r#""name":"b","types":["order.placed"]"#)
    };
    stack.secrets.lock().unwrap().insert("notification_endpoints".to_owned(), document);
    advance(&stack, 61).await;
    let (completed, placed) = (write(&stack, "order.completed", 1).await, write(&stack, "order.placed", 2).await);
    written(&stack, &completed).await;
    written(&stack, &placed).await;
    assert_eq!(a.ids(), [completed.as_str(), placed.as_str()]);
    assert_eq!(b.ids(), [placed.as_str()]);
    stack.stop().await;
}

#[tokio::test]
async fn the_schedule_alone_delivers() {
    let a = Server::start(204).await;
    let stack = stack(&[&a]).await;
    let ids: Vec<NotificationId> = {
        let mut ids = Vec::new();
        for number in 1..=30 {
            ids.push(write(&stack, "order.completed", number).await);
        }
        ids
    };
    assert_eq!(scheduled(&stack.notifier).await, Report::default(), "the stream is first");
    advance(&stack, 60).await;
    // On a busy machine an answer may take long: then the rest waits for the endpoint's own worker.
    let mut delivered = 0;
    while let Report { delivered: more @ 1.., failed: 0 } = scheduled(&stack.notifier).await {
        delivered += more;
    }
    assert_eq!(delivered, 30);
    let mut received = a.ids();
    received.sort();
    let mut expected: Vec<&str> = ids.iter().map(NotificationId::as_str).collect();
    expected.sort_unstable();
    assert_eq!(received, expected);
    stack.stop().await;
}

#[tokio::test]
async fn two_notifiers_at_once_send_one_attempt() {
    let a = Server::start(204).await;
    a.answer(Answers { delay: Duration::from_millis(50), ..Answers::with(204) });
    let stack = stack(&[&a]).await;
    let other = stack.another_notifier(&stack.database_url).await.unwrap();
    for number in 1..=10 {
        let id = write(&stack, "order.completed", number).await;
        let invocation = || Invocation::Written(vec![id.clone()]);
        let both = (stack.notifier.invoke(invocation(), LIMIT), other.invoke(invocation(), LIMIT));
        let (one, two) = futures::join!(both.0, both.1);
        assert_eq!(one.unwrap().delivered + two.unwrap().delivered, 1);
    }
    assert_eq!(a.received().len(), 10);
    stack.stop().await;
}

#[tokio::test]
async fn a_failing_endpoint_gets_eight_attempts_in_28_hours() {
    let (a, b) = (Server::start(500).await, Server::start(204).await);
    let stack = stack(&[&a, &b]).await;
    let begun = stack.sandbox.now();
    let id = write(&stack, "order.completed", 1).await;
    assert_eq!(written(&stack, &id).await, Report { delivered: 1, failed: 1 });
    let mut pauses = Vec::new();
    for _ in 0..7 {
        let due = read(&stack, &id).await.delivery_to("a").due.unwrap();
        pauses.push(due - stack.sandbox.now());
        advance(&stack, u64::try_from(due - stack.sandbox.now() - 1).unwrap()).await;
        assert_eq!(scheduled(&stack.notifier).await, Report::default(), "a second too early");
        advance(&stack, 1).await;
        assert_eq!(scheduled(&stack.notifier).await, Report { delivered: 0, failed: 1 });
    }
    for (pause, expected) in pauses.iter().zip([5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]) {
        let (least, most) = (expected * 9 / 10, expected * 11 / 10 + 1);
        assert!((least..=most).contains(pause), "{pauses:?}");
    }
    let found = read(&stack, &id).await;
    assert_eq!(
        (found.delivery_to("a").state, found.delivery_to("b").state),
        (DeliveryState::GivenUp, DeliveryState::Delivered)
    );
    let of_a: Vec<_> = found.attempts.iter().filter(|attempt| attempt.endpoint == "a").collect();
    assert!(of_a.len() == 8 && of_a.iter().all(|attempt| attempt.status == Some(500)), "{of_a:?}");
    assert_eq!((of_a[0].at, a.received().len(), b.received().len()), (begun, 8, 1));
    advance(&stack, 2 * DAY).await;
    assert_eq!(scheduled(&stack.notifier).await, Report::default(), "there is no ninth");
    stack.stop().await;
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let a = Server::start(429).await;
    a.answer(Answers { headers: vec![("retry-after", "120".to_owned())], ..Answers::with(429) });
    let stack = stack(&[&a]).await;
    let id = write(&stack, "order.completed", 1).await;
    written(&stack, &id).await;
    assert_eq!(read(&stack, &id).await.delivery_to("a").due, Some(stack.sandbox.now() + 120));
    stack.stop().await;
}

/// The notifications about endpoints that `server` received: type, endpoint, reason.
fn about_endpoints(server: &Server) -> Vec<(String, String, String)> {
    let all = server.received().into_iter().map(|received| received.json());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let told =
        all.map(|body| (text(&body["type"]), text(&body["data"]["endpoint"]["id"]), text(&body["data"]["reason"])));
    told.filter(|(kind, ..)| kind.starts_with("endpoint.")).collect()
}

#[tokio::test]
async fn gone_disables_an_endpoint_until_a_delivery_is_requested() {
    let (a, b) = (Server::start(410).await, Server::start(204).await);
    let stack = stack(&[&a, &b]).await;
    let first = write(&stack, "order.completed", 1).await;
    written(&stack, &first).await;
    advance(&stack, 60).await;
    scheduled(&stack.notifier).await;
    let told = |kind: &str, reason: &str| (kind.to_owned(), "a".to_owned(), reason.to_owned());
    assert_eq!(about_endpoints(&b), [told("endpoint.disabled", "gone")]);
    // It gets nothing, not even once it would take it.
    a.answer(Answers::with(204));
    let second = write(&stack, "order.completed", 2).await;
    written(&stack, &second).await;
    advance(&stack, DAY).await;
    scheduled(&stack.notifier).await;
    assert_eq!(a.ids(), [first.as_str()]);
    // Until somebody asks for it.
    stack.store.redeliver(&read(&stack, &second).await, Some("a"), stack.sandbox.now()).await.unwrap();
    assert_eq!(scheduled(&stack.notifier).await.delivered, 1);
    advance(&stack, 60).await;
    scheduled(&stack.notifier).await;
    assert_eq!(about_endpoints(&b), [told("endpoint.disabled", "gone"), told("endpoint.recovered", "")]);
    let third = write(&stack, "order.completed", 3).await;
    written(&stack, &third).await;
    assert!(a.ids().ends_with(&[third.as_str().to_owned()]), "{:?}", a.ids());
    stack.stop().await;
}

#[tokio::test]
async fn a_request_for_all_endpoints_reaches_a_disabled_one() {
    let (a, b) = (Server::start(410).await, Server::start(204).await);
    let stack = stack(&[&a, &b]).await;
    let first = write(&stack, "order.completed", 1).await;
    written(&stack, &first).await;
    a.answer(Answers::with(204));
    let missed = write(&stack, "order.completed", 2).await;
    written(&stack, &missed).await;
    assert_eq!(a.ids(), [first.as_str()]);
    stack.store.redeliver(&read(&stack, &missed).await, None, stack.sandbox.now()).await.unwrap();
    written(&stack, &missed).await;
    scheduled(&stack.notifier).await;
    assert_eq!(a.ids(), [first.as_str(), missed.as_str()]);
    stack.stop().await;
}

#[tokio::test]
async fn a_request_during_an_attempt_causes_another_one() {
    let a = Server::start(204).await;
    let stack = stack(&[&a]).await;
    let (id, now) = (write(&stack, "order.completed", 1).await, stack.sandbox.now());
    let begun = read(&stack, &id).await.delivery_to("a");
    assert!(stack.store.take_delivery(&id, &begun, now, 12).await.unwrap());
    // The endpoint has stored it, loses its disk, and asks again before its answer is recorded.
    stack.store.redeliver(&read(&stack, &id).await, Some("a"), now).await.unwrap();
    let attempt = Attempt { endpoint: "a".to_owned(), at: now, status: Some(204), ms: 9, response: String::new() };
    assert!(stack.store.record_attempt(&id, &begun.taken(now + 12), attempt, After::Delivered).await.unwrap());
    assert_eq!(read(&stack, &id).await.attempts.len(), 1, "the attempt counts");
    assert_eq!(scheduled(&stack.notifier).await, Report { delivered: 1, failed: 0 });
    assert_eq!(a.ids(), [id.as_str()]);
    stack.stop().await;
}

#[tokio::test]
async fn five_days_of_failures_disable_an_endpoint_once() {
    let (a, b) = (Server::start(503).await, Server::start(204).await);
    let stack = stack(&[&a, &b]).await;
    for number in 1..=6 {
        let id = write(&stack, "order.completed", number).await;
        written(&stack, &id).await;
        scheduled(&stack.notifier).await;
        advance(&stack, DAY).await;
    }
    scheduled(&stack.notifier).await;
    advance(&stack, 60).await;
    scheduled(&stack.notifier).await;
    let disabled = ("endpoint.disabled".to_owned(), "a".to_owned(), "failing".to_owned());
    assert_eq!(about_endpoints(&b), [disabled]);
    let before = a.received().len();
    let id = write(&stack, "order.completed", 9).await;
    written(&stack, &id).await;
    advance(&stack, DAY).await;
    scheduled(&stack.notifier).await;
    assert_eq!(a.received().len(), before);
    stack.stop().await;
}

#[tokio::test]
async fn any_2xx_is_a_receipt_and_its_beginning_is_kept() {
    let a = Server::start(200).await;
    a.answer(Answers { body: "<html>Welcome</html>".to_owned(), ..Answers::with(200) });
    let stack = stack(&[&a]).await;
    let id = write(&stack, "order.completed", 1).await;
    assert_eq!(written(&stack, &id).await, Report { delivered: 1, failed: 0 });
    let found = read(&stack, &id).await;
    let log: Vec<_> = found.attempts.iter().map(|tried| (tried.status, tried.response.as_str())).collect();
    assert_eq!(log, [(Some(200), "<html>Welcome</html>")], "the log shows what took it");
    advance(&stack, DAY).await;
    assert_eq!((scheduled(&stack.notifier).await, a.received().len()), (Report::default(), 1));
    stack.stop().await;
}
