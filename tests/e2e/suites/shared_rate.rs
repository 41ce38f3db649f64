//! Several instances of the functions on one table: together they respect the key's rate, and orders still succeed.

use crate::client::{Harness, draft};
use crate::instances::{Answer, Instance};
use aws_credential_types::Credentials;
use e2e::StackConfig;
use functions::clock::Random;
use functions::model::rate::{Answer as Granted, Ask};
use functions::store::spend_counter::Limit;
use functions::store::{Store, StoreConfig};
use functions::upstream::network::Network;
use functions::upstream::{Upstream, UpstreamConfig, UpstreamError};
use sandbox::Fault;
use serde_json::json;

/// Upstream's limit for the key per minute.
const LIMIT: u32 = 600;

/// A busy stage, limited only by the key's rate.
async fn busy() -> Harness {
    let none = Limit { orders: None, cents: None };
    let config = StackConfig { calls_per_minute: Some(LIMIT), rate_limit_per_minute: LIMIT, ..StackConfig::paused() };
    Harness::with(StackConfig { customer_daily: none, partner_daily: none, session_calls: 1_000_000, ..config }).await
}

/// One instance of the functions, and the results of its pages.
struct Pages {
    instance: Instance,
    token: String,
    served: u32,
    refused: u32,
    /// The time of the next allowed request.
    again_at: i64,
}

impl Pages {
    async fn of(harness: &Harness, session: &str) -> Self {
        let instance = Instance::of(harness).await;
        Self { instance, token: harness.session(session), served: 0, refused: 0, again_at: 0 }
    }

    /// A page looks up one name. A refusal must be ours, with a time to retry.
    async fn ask(&mut self, now: i64) -> bool {
        let asked = json!({"domains": ["getacme.com"]});
        let Answer { status, headers, body } =
            self.instance.post("/v1/domains/availability", &self.token, &asked).await;
        if status == 200 {
            self.served += 1;
            return true;
        }
        assert_eq!((status, body["error"]["code"].as_str()), (429, Some("upstream_busy")), "{body}");
        let wait: i64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert_eq!(body["error"]["details"]["retry_after_seconds"], wait);
        assert!((1..=60).contains(&wait), "{wait}");
        (self.refused, self.again_at) = (self.refused + 1, now + wait);
        false
    }

    /// Pages send as many requests as are allowed.
    async fn flood(&mut self, now: i64) {
        while now >= self.again_at && self.ask(now).await {}
    }

    async fn order(&self, harness: &Harness, number: usize) {
        let mut claims = harness.claims(&format!("order_{number}"));
        claims["sub"] = format!("customer-{number}@example.com").into();
        let names: Vec<String> = (0..4).map(|index| format!("order-{number}-{index}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let placed = self.instance.post("/v1/orders", &harness.sign(&claims), &draft(&names)).await;
        assert_eq!(placed.status, 201, "order {number}: {placed:?}");
    }
}

/// The largest number of calls that reached upstream in any 60 seconds.
fn most_in_a_minute(harness: &Harness) -> usize {
    let at: Vec<i64> = harness.stack.sandbox.received().iter().map(|request| request.at).collect();
    let within = |start: i64| at.iter().filter(|at| (start..start + 60).contains(at)).count();
    at.iter().map(|start| within(*start)).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_instances_share_the_rate_and_every_order_succeeds() {
    let harness = busy().await;
    let mut instances = Vec::new();
    for name in ["one", "two", "three", "four"] {
        instances.push(Pages::of(&harness, name).await);
    }
    let mut orders = 0;
    for second in 0..75 {
        let now = harness.stack.sandbox.now();
        for instance in &mut instances {
            instance.flood(now).await;
        }
        // One order every few seconds, and once as many as the reserve allows: each reads its plan and its names, and
        // is sent.
        let placed = if second == 40 { 12 } else { usize::from(second % 5 == 0) };
        for number in orders..orders + placed {
            instances[number % instances.len()].order(&harness, number).await;
        }
        orders += placed;
        harness.advance(1).await;
    }
    assert_eq!(harness.stack.sandbox.orders().len(), orders);
    let most = most_in_a_minute(&harness);
    assert!((400..=600).contains(&most), "{most} calls in a minute");
    let refused = harness.stack.sandbox.received().iter().filter(|request| request.status == 429).count();
    assert_eq!(refused, 0, "upstream refused calls");
    let (served, waited): (Vec<_>, Vec<_>) =
        instances.iter().map(|instance| (instance.served, instance.refused)).unzip();
    assert!(waited.iter().all(|waited| *waited > 5), "nothing was short: {waited:?}");
    // The first instance is always first here: the others get less than a quarter, and more than nothing.
    let least = served.iter().sum::<u32>() / 20;
    assert!(served.iter().all(|served| *served >= least), "one starved: {served:?}");
}

#[tokio::test]
async fn flooding_instance_does_not_starve_a_quiet_one() {
    let harness = busy().await;
    let (mut flooding, mut quiet) = (Pages::of(&harness, "flooding").await, Pages::of(&harness, "quiet").await);
    for _ in 0..20 {
        let now = harness.stack.sandbox.now();
        flooding.flood(now).await;
        assert!(quiet.ask(now).await, "the quiet instance was refused");
        harness.advance(1).await;
    }
    assert!(flooding.refused > 3, "nothing was short");
}

#[tokio::test]
async fn pause_requested_from_one_instance_applies_to_all() {
    let harness = busy().await;
    let (mut first, mut second) = (Pages::of(&harness, "first").await, Pages::of(&harness, "second").await);
    let now = harness.stack.sandbox.now();
    harness.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(86_400),
        ..Fault::on("POST", "/domains/availability")
    });
    assert!(!first.ask(now).await);
    harness.stack.sandbox.forget_received();
    assert!(!second.ask(now).await, "the other instance does not know of it");
    assert!(harness.stack.sandbox.received().is_empty(), "upstream was asked while it wanted silence");
    assert_eq!(second.again_at, now + 60, "a silence of a day lasts a minute");
    // The first caller waits for up to a second more, so that callers do not return simultaneously.
    harness.advance(61).await;
    assert!(second.ask(now).await && first.ask(now).await);
}

#[tokio::test]
async fn unreachable_table_does_not_block_orders_by_rate() {
    let harness = busy().await;
    let order_placement = &harness.stack.reconciler.order_placement;
    let nowhere = Store::new(StoreConfig {
        table: harness.stack.table.clone(),
        region: "eu-central-1".to_owned(),
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        credentials: Credentials::new("local", "local", None, None, "suites"),
        keep_personal: 0,
    });
    let config = UpstreamConfig {
        base_url: harness.stack.sandbox.base_url(),
        secret_store: order_placement.secret_store.clone(),
        availability_batch: 25,
        calls_per_minute: Some(LIMIT),
        clock: order_placement.clock.clone(),
        random: Random::system(),
    };
    let network = std::sync::Arc::new(Network::new().unwrap());
    let upstream = Upstream::over(network, config).sharing(nowhere.rate("test"));
    let mut look_ups = 0;
    let error = loop {
        match upstream.environment().await {
            Ok(_) => look_ups += 1,
            Err(error) => break error,
        }
    };
    // A tenth of the calls outside of the reserve; time is paused, so nothing recovers.
    assert_eq!(look_ups, 54);
    assert!(matches!(error, UpstreamError::Busy { .. }), "{error}");
    for _ in 0..60 {
        upstream.for_order().environment().await.unwrap();
    }
}

#[tokio::test]
async fn clock_ahead_does_not_block_other_instances() {
    let harness = busy().await;
    let ask = |now: i64, calls: u32| Ask { now, calls, most: 50, call_us: 100_000, beyond_us: 15_000_000 };
    let (ahead, right) = (harness.stack.store.rate("test"), harness.stack.store.rate("test"));
    let now = harness.stack.sandbox.now();
    assert_eq!(ahead.take(ask(now + 3_600, 20)).await.unwrap(), Granted::Taken(20));
    ahead.silence(now + 3_600, now + 3_660).await.unwrap();
    assert_eq!(right.take(ask(now, 20)).await.unwrap(), Granted::Taken(20));
    // From now on all three know of each other: of 50 calls 30 are left, and no block takes more than half of them.
    let third = harness.stack.store.rate("test");
    assert_eq!(third.take(ask(now, 20)).await.unwrap(), Granted::Taken(15));
    assert_eq!(right.take(ask(now, 20)).await.unwrap(), Granted::Taken(7));
    // An instance that knows of the others finds it again.
    assert_eq!(ahead.take(ask(now + 3_700, 20)).await.unwrap(), Granted::Taken(20));
    assert_eq!(right.take(ask(now, 4)).await.unwrap(), Granted::Taken(4));
    assert_eq!(harness.stack.store.rate("live").take(ask(now, 1)).await.unwrap(), Granted::Taken(1));
}
