//! Clocks: the time in a signature is that of the receivers, whatever clock the stage has, and what has expired is over.

use crate::endpoint_server::Server;
use crate::notifier::{advance, scheduled, stack, write};
use e2e::{Stack, StackConfig};
use functions::model::notification::Notification;
use functions::model::notification::examples::example;
use functions::notifier::report::Report;
use sandbox::ClockMode;
use std::time::{SystemTime, UNIX_EPOCH};

/// The tolerance of the libraries of Standard Webhooks, in seconds.
const TOLERANCE: u64 = 5 * 60;
const DAY: u64 = 24 * 60 * 60;
/// Parts of the queue of notifications.
const SHARDS: u64 = 8;

#[tokio::test]
async fn a_fast_stage_signs_at_the_time_of_its_receivers() {
    let a = Server::start(204).await;
    let endpoints = vec![("a".to_owned(), a.url.clone())];
    // An hour ahead, as after a minute at sixty times the speed.
    let clock = ClockMode::Real { speed: 60.0 };
    let stack =
        Stack::start(StackConfig { endpoints, clock, clock_ahead: 3_600, ..StackConfig::default() }).await.unwrap();
    let now = stack.sandbox.now() + 3_600;
    let notification = Notification::synthetic(example("order.completed").unwrap(), [1; 16], now);
    assert!(stack.store.write_notification(&notification, now).await.unwrap());
    a.until(1).await;
    let sent: u64 = a.received()[0].headers["webhook-timestamp"].to_str().unwrap().parse().unwrap();
    let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(real.abs_diff(sent) < TOLERANCE, "sent at {sent}, received at {real}");
    stack.stop().await;
}

#[tokio::test]
async fn an_expired_notification_is_not_handed_out_again_and_again() {
    let a = Server::start(204).await;
    let stack = stack(&[&a]).await;
    write(&stack, "order.completed", 1).await;
    // DynamoDB removes an expired item days later.
    advance(&stack, 31 * DAY).await;
    assert_eq!(scheduled(&stack.notifier).await, Report::default());
    let now = stack.sandbox.now();
    for shard in 0..SHARDS {
        assert_eq!(stack.store.due_notifications(shard, now, 25).await.unwrap(), [], "shard {shard}");
    }
    assert!(a.received().is_empty());
    stack.stop().await;
}
