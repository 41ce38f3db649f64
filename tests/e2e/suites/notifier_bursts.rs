//! Many notifications at once, and endpoints that hang or are dead beside others.

use crate::endpoint_server::{Answers, Server};
use crate::notifier::{LIMIT, read, stack, write, written};
use functions::model::notification::Notification;
use functions::model::notification::examples::example;
use functions::notifier::invocation::Invocation;
use functions::store::notification::DeliveryState;
use std::collections::BTreeSet;
use std::time::Duration;

/// Facts of one burst; `cargo xtask bench --only notifications` has 100,000 that wait.
const BURST: u128 = 200;
/// Facts that the stream names in one invocation.
const BATCH: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_facts_waits_for_no_dead_or_slow_endpoint() {
    let (dead, slow, good) = (Server::start(503).await, Server::start(204).await, Server::start(204).await);
    slow.answer(Answers { delay: Duration::from_secs(3), ..Answers::with(204) });
    let stack = stack(&[&dead, &slow, &good]).await;
    let mut ids = Vec::new();
    for number in 0..BURST {
        let now = stack.sandbox.now();
        let event = example("order.completed").unwrap();
        let notification = Notification::synthetic(event, number.to_be_bytes(), now);
        assert!(stack.store.write_notification(&notification, now).await.unwrap());
        ids.push(notification.id);
    }
    for batch in ids.chunks(BATCH) {
        stack.notifier.invoke(Invocation::Written(batch.to_vec()), LIMIT).await.unwrap();
    }
    // Only facts of the first batch met them before they were known to fail: the rest waits beside the stream.
    for (name, bad) in [("dead", &dead), ("slow", &slow)] {
        let met = bad.received().len();
        assert!((1..=BATCH).contains(&met), "the stream waited {met} times for the {name} endpoint");
    }
    let last = read(&stack, ids.last().unwrap()).await;
    assert_eq!(["a", "b"].map(|name| last.delivery_to(name).state), [DeliveryState::Pending; 2]);
    // The third one has everything, but for answers that took long on a busy machine: those come from its own worker.
    for _ in 0..100 {
        if good.received().len() < ids.len() {
            stack.notifier.invoke(Invocation::Everything, Duration::from_secs(1)).await.unwrap();
        }
    }
    let received: BTreeSet<String> = good.ids().into_iter().collect();
    let missing = ids.iter().filter(|id| !received.contains(id.as_str())).count();
    assert_eq!((received.len(), missing), (ids.len(), 0));
    stack.stop().await;
}

#[tokio::test]
async fn nobody_waits_for_an_endpoint_that_hangs() {
    let (a, b) = (Server::start(204).await, Server::start(204).await);
    a.answer(Answers { delay: Duration::from_secs(60), ..Answers::with(204) });
    let stack = stack(&[&a, &b]).await;
    let id = write(&stack, "order.completed", 1).await;
    // The first time, the stream waits for two seconds.
    written(&stack, &id).await;
    let begun = std::time::Instant::now();
    for number in 2..=40 {
        let id = write(&stack, "order.completed", number).await;
        written(&stack, &id).await;
    }
    assert_eq!(b.received().len(), 40);
    assert_eq!(a.received().len(), 1, "it is tried again beside the stream");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let cut = read(&stack, &id).await.attempts.into_iter().find(|attempt| attempt.endpoint == "a").unwrap();
    assert_eq!((cut.status, cut.response.as_str()), (None, "no answer in time: operation timed out"));
    stack.stop().await;
}
