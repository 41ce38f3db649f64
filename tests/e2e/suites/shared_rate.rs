//! Several copies of the functions on one table: together they keep to the key's rate, and orders go through meanwhile.

use crate::client::{Bench, draft};
use crate::copies::{Answer, Copy};
use aws_credential_types::Credentials;
use e2e::StackConfig;
use functions::clock::Random;
use functions::model::rate::{Answer as Granted, Ask};
use functions::store::guard::Limit;
use functions::store::{Store, StoreConfig};
use functions::upstream::network::Network;
use functions::upstream::{Upstream, UpstreamConfig, UpstreamError};
use sandbox::Fault;
use serde_json::json;

/// What upstream lets the key do in a minute.
const LIMIT: u32 = 600;

/// A busy stage, on which nothing but the key's rate is short.
async fn busy() -> Bench {
    let none = Limit { orders: None, cents: None };
    let config = StackConfig { calls_per_minute: Some(LIMIT), rate_limit_per_minute: LIMIT, ..StackConfig::paused() };
    Bench::with(StackConfig { customer_daily: none, partner_daily: none, session_calls: 1_000_000, ..config }).await
}

/// One copy of the functions, and how its pages fared.
struct Pages {
    copy: Copy,
    token: String,
    served: u32,
    refused: u32,
    /// When the page may ask again.
    again_at: i64,
}

impl Pages {
    async fn of(bench: &Bench, session: &str) -> Self {
        let copy = Copy::of(bench).await;
        Self { copy, token: bench.session(session), served: 0, refused: 0, again_at: 0 }
    }

    /// A page asks about one name. A refusal has to be ours, and to say when it is worth asking again.
    async fn ask(&mut self, now: i64) -> bool {
        let asked = json!({"domains": ["getacme.com"]});
        let Answer { status, headers, body } = self.copy.post("/v1/domains/availability", &self.token, &asked).await;
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

    /// Pages ask for as much as they get.
    async fn flood(&mut self, now: i64) {
        while now >= self.again_at && self.ask(now).await {}
    }

    async fn order(&self, bench: &Bench, number: usize) {
        let mut claims = bench.claims(&format!("order_{number}"));
        claims["sub"] = format!("customer-{number}@example.com").into();
        let names: Vec<String> = (0..4).map(|index| format!("order-{number}-{index}.com")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let placed = self.copy.post("/v1/orders", &bench.sign(&claims), &draft(&names)).await;
        assert_eq!(placed.status, 201, "order {number}: {placed:?}");
    }
}

/// The most calls that reached upstream in 60 seconds, whenever they began.
fn most_in_a_minute(bench: &Bench) -> usize {
    let at: Vec<i64> = bench.stack.sandbox.received().iter().map(|request| request.at).collect();
    let within = |start: i64| at.iter().filter(|at| (start..start + 60).contains(at)).count();
    at.iter().map(|start| within(*start)).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_copies_together_keep_to_the_rate_and_every_order_goes_through() {
    let bench = busy().await;
    let mut copies = Vec::new();
    for name in ["one", "two", "three", "four"] {
        copies.push(Pages::of(&bench, name).await);
    }
    let mut orders = 0;
    for second in 0..75 {
        let now = bench.stack.sandbox.now();
        for copy in &mut copies {
            copy.flood(now).await;
        }
        // One every few seconds, and once as many as the reserve is for: each needs its plan, its names and itself.
        let placed = if second == 40 { 12 } else { usize::from(second % 5 == 0) };
        for number in orders..orders + placed {
            copies[number % copies.len()].order(&bench, number).await;
        }
        orders += placed;
        bench.advance(1).await;
    }
    assert_eq!(bench.stack.sandbox.orders().len(), orders);
    let most = most_in_a_minute(&bench);
    assert!((400..=600).contains(&most), "{most} calls in a minute");
    let refused = bench.stack.sandbox.received().iter().filter(|request| request.status == 429).count();
    assert_eq!(refused, 0, "upstream refused calls");
    let (served, waited): (Vec<_>, Vec<_>) = copies.iter().map(|copy| (copy.served, copy.refused)).unzip();
    assert!(waited.iter().all(|waited| *waited > 5), "nothing was short: {waited:?}");
    // The first copy always comes first here: those behind it get less than a quarter, and not nothing.
    let least = served.iter().sum::<u32>() / 20;
    assert!(served.iter().all(|served| *served >= least), "one starved: {served:?}");
}

#[tokio::test]
async fn a_copy_that_floods_leaves_something_to_one_that_asks_now_and_then() {
    let bench = busy().await;
    let (mut flooding, mut quiet) = (Pages::of(&bench, "flooding").await, Pages::of(&bench, "quiet").await);
    for _ in 0..20 {
        let now = bench.stack.sandbox.now();
        flooding.flood(now).await;
        assert!(quiet.ask(now).await, "the quiet copy was refused");
        bench.advance(1).await;
    }
    assert!(flooding.refused > 3, "nothing was short");
}

#[tokio::test]
async fn silence_that_upstream_asks_one_copy_for_is_kept_by_the_others() {
    let bench = busy().await;
    let (mut first, mut second) = (Pages::of(&bench, "first").await, Pages::of(&bench, "second").await);
    let now = bench.stack.sandbox.now();
    bench.stack.sandbox.fail_next(Fault {
        status: Some(429),
        retry_after_seconds: Some(86_400),
        ..Fault::on("POST", "/domains/availability")
    });
    assert!(!first.ask(now).await);
    bench.stack.sandbox.forget_received();
    assert!(!second.ask(now).await, "the other copy does not know of it");
    assert!(bench.stack.sandbox.received().is_empty(), "upstream was asked while it wanted silence");
    assert_eq!(second.again_at, now + 60, "a silence of a day lasts a minute");
    // The first waits for up to a second more, so that those who wait do not come back together.
    bench.advance(61).await;
    assert!(second.ask(now).await && first.ask(now).await);
}

#[tokio::test]
async fn a_table_that_cannot_be_reached_refuses_no_order_because_of_the_rate() {
    let bench = busy().await;
    let desk = &bench.stack.reconciler.desk;
    let nowhere = Store::new(StoreConfig {
        table: bench.stack.table.clone(),
        region: "eu-central-1".to_owned(),
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        credentials: Credentials::new("local", "local", None, None, "suites"),
        keep_personal: 0,
    });
    let config = UpstreamConfig {
        base_url: bench.stack.sandbox.base_url(),
        vault: desk.vault.clone(),
        availability_batch: 25,
        calls_per_minute: Some(LIMIT),
        clock: desk.clock.clone(),
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
    // A tenth of what is not kept for orders; time stands still, so that nothing comes back.
    assert_eq!(look_ups, 54);
    assert!(matches!(error, UpstreamError::Busy { .. }), "{error}");
    for _ in 0..60 {
        upstream.for_order().environment().await.unwrap();
    }
}

#[tokio::test]
async fn a_clock_that_is_ahead_does_not_lock_the_others_out() {
    let bench = busy().await;
    let ask = |now: i64, calls: u32| Ask { now, calls, most: 50, call_us: 100_000, beyond_us: 15_000_000 };
    let (ahead, right) = (bench.stack.store.rate("test"), bench.stack.store.rate("test"));
    let now = bench.stack.sandbox.now();
    assert_eq!(ahead.take(ask(now + 3_600, 20)).await.unwrap(), Granted::Taken(20));
    ahead.silence(now + 3_600, now + 3_660).await.unwrap();
    assert_eq!(right.take(ask(now, 20)).await.unwrap(), Granted::Taken(20));
    // From now on all three know of each other: of 50 calls 30 are left, and no block takes more than half of them.
    let third = bench.stack.store.rate("test");
    assert_eq!(third.take(ask(now, 20)).await.unwrap(), Granted::Taken(15));
    assert_eq!(right.take(ask(now, 20)).await.unwrap(), Granted::Taken(7));
    // One who knows of the others meets it again.
    assert_eq!(ahead.take(ask(now + 3_700, 20)).await.unwrap(), Granted::Taken(20));
    assert_eq!(right.take(ask(now, 4)).await.unwrap(), Granted::Taken(4));
    assert_eq!(bench.stack.store.rate("live").take(ask(now, 1)).await.unwrap(), Granted::Taken(1));
}
