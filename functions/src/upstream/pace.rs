//! How fast calls go out: at the rate that all processes of the key share, alone when the bucket cannot be reached,
//! and not at all for as long as upstream asks for silence.

use crate::clock::{Clock, Random, Timestamp};
use crate::model::rate::{Answer, Bucket, BucketError};
use crate::upstream::block::Block;
use crate::upstream::rate::{Debt, Rate, Urgency, seconds};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Milliseconds of a second.
const MILLI: i64 = 1_000;
/// Upstream asks for up to a second more than it says, so that those who wait do not come back together.
const JITTER_MS: u64 = 1_000;
/// Longest pause, in seconds: upstream counts per minute, so a longer wait is a mistake, and nobody
/// could order meanwhile.
const MAX_SILENCE: u32 = 60;
/// Longest wait for the bucket: it answers in milliseconds, and no customer should wait for it.
const BUCKET_TIMEOUT: Duration = Duration::from_secs(1);
/// Seconds for which a bucket that could not be reached is not asked again.
const ALONE_FOR: Timestamp = 10;
/// Seconds for which look-ups do not ask a bucket again that had nothing, or less than a flood wants: whoever asks
/// seldom finds something, and a busy key costs few writes.
const EMPTY_FOR: Timestamp = 3;
/// Up to so many more, so that the same process is not the first each time.
const EMPTY_JITTER: u64 = 2;
/// Calls of an order: its plan, its domains, itself.
const CALLS_OF_AN_ORDER: u32 = 3;

/// The state of the rate limit in this process.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Clock,
    random: Random,
    per_minute: Option<u32>,
    bucket: Option<Arc<dyn Bucket>>,
    state: Mutex<State>,
    /// One task asks the bucket at a time; the others wait for what it gets.
    taken: tokio::sync::Mutex<TakenCalls>,
}

#[derive(Debug, Default)]
struct State {
    /// Calls that this process has taken.
    debt: Debt,
    /// Until when, in milliseconds, upstream wants to hear nothing.
    silent_until_ms: i64,
}

/// Calls that were taken from the bucket and are not used yet.
#[derive(Debug, Default)]
struct TakenCalls {
    /// For anything.
    look_ups: Block,
    /// Out of the reserve.
    orders: Block,
    /// Until when this process uses its local rate.
    alone_until: Timestamp,
}

impl Pace {
    /// `per_minute`: upstream's rate limit; `None` means no limit.
    pub(super) fn new(clock: Clock, random: Random, per_minute: Option<u32>) -> Self {
        Self { clock, random, per_minute, bucket: None, state: Mutex::default(), taken: tokio::sync::Mutex::default() }
    }

    /// The same rate, shared with all processes that take their calls from `bucket`.
    pub(super) fn sharing(&self, bucket: Arc<dyn Bucket>) -> Self {
        let alone = Self::new(self.clock.clone(), self.random.clone(), self.per_minute);
        Self { bucket: Some(bucket), ..alone }
    }

    /// Takes one call, or returns the seconds after which to try again.
    pub(super) async fn take(&self, urgency: Urgency) -> Result<(), u32> {
        self.listen()?;
        let Some(per_minute) = self.per_minute else {
            return Ok(());
        };
        let alone = Rate::alone(per_minute).ask(urgency, 1, self.clock.now());
        match &self.bucket {
            Some(bucket) => match self.take_shared(bucket.as_ref(), Rate::shared(per_minute), urgency).await {
                Some(taken) => taken.map(|()| self.state().debt.count(alone)),
                None => self.state().debt.take(alone),
            },
            None => self.state().debt.take(alone),
        }
    }

    /// Takes one call of the shared rate; `None` when the bucket cannot be reached.
    async fn take_shared(&self, bucket: &dyn Bucket, rate: Rate, urgency: Urgency) -> Option<Result<(), u32>> {
        let mut taken = self.taken.lock().await;
        let taken = &mut *taken;
        let now = self.clock.now();
        let alone = taken.alone_until.saturating_sub(now);
        if (1..=ALONE_FOR).contains(&alone) {
            return None;
        }
        if taken.look_ups.spend(now) {
            return Some(Ok(()));
        }
        let (block, first) = match urgency {
            Urgency::LookUp => (&mut taken.look_ups, 1),
            Urgency::BeforeOrder | Urgency::Order => (&mut taken.orders, CALLS_OF_AN_ORDER),
        };
        if block.spend(now) {
            return Some(Ok(()));
        }
        if let Some(wait) = block.wait(now, Timestamp::from(MAX_SILENCE)) {
            return Some(Err(wait));
        }
        let wanted = block.next_size(now, first, (rate.burst / 4).max(first));
        let ask = rate.ask(urgency, wanted, now);
        let answer = match tokio::time::timeout(BUCKET_TIMEOUT, bucket.take(ask)).await {
            Ok(answer) => answer,
            Err(_) => Err(BucketError("it did not answer in time".to_owned())),
        };
        let jitter = i64::try_from(self.random.below(EMPTY_JITTER.saturating_add(1))).unwrap_or(0);
        let hold = |until: Timestamp| match urgency {
            Urgency::LookUp => until.max(now.saturating_add(EMPTY_FOR).saturating_add(jitter)),
            Urgency::BeforeOrder | Urgency::Order => until,
        };
        match answer {
            Ok(Answer::Taken(calls)) => {
                // A caller that needs few calls is not delayed because a larger block was not available.
                if calls < wanted && block.is_flooded(now) {
                    block.empty(hold(now));
                }
                block.fill(calls, now);
                block.spend(now).then_some(Ok(()))
            }
            Ok(Answer::Empty { until }) => {
                block.empty(hold(until));
                Some(Err(seconds(hold(until).saturating_sub(now), 1)))
            }
            Ok(Answer::Silent { until }) => {
                self.be_silent(until.saturating_mul(MILLI));
                Some(Err(seconds(until.saturating_sub(now), 1)))
            }
            Err(error) => {
                taken.alone_until = now.saturating_add(ALONE_FOR);
                tracing::warn!(error.cause = %error, "shared rate unavailable; local rate used");
                None
            }
        }
    }

    /// Upstream wants no calls for `seconds`, of which at most a minute is kept to: no call of this process goes out
    /// until then, and a little longer, and the other processes hear of it when they take calls.
    pub(super) async fn silence(&self, seconds: u32) {
        let (now, seconds) = (self.clock.now(), seconds.min(MAX_SILENCE));
        let jitter = i64::try_from(self.random.below(JITTER_MS.saturating_add(1))).unwrap_or(0);
        let until = now.saturating_add(i64::from(seconds));
        self.be_silent(until.saturating_mul(MILLI).saturating_add(jitter));
        let (Some(bucket), true) = (&self.bucket, self.per_minute.is_some() && seconds > 0) else {
            return;
        };
        let result = tokio::time::timeout(BUCKET_TIMEOUT, bucket.silence(now, until)).await;
        if let Ok(Err(error)) = result {
            tracing::warn!(error.cause = %error, "rate-limit pause not shared");
        }
    }

    /// A pause before something is tried again: two who failed together should not come back together.
    pub(super) fn jitter(&self, most_ms: u64) -> Duration {
        Duration::from_millis(self.random.below(most_ms.saturating_add(1)))
    }

    /// Whether upstream may hear something, or in how many seconds.
    fn listen(&self) -> Result<(), u32> {
        let silent_ms = self.state().silent_until_ms.saturating_sub(self.clock.now().saturating_mul(MILLI));
        if silent_ms > 0 { Err(seconds(silent_ms, MILLI)) } else { Ok(()) }
    }

    fn be_silent(&self, until_ms: i64) {
        let mut state = self.state();
        state.silent_until_ms = state.silent_until_ms.max(until_ms);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{ALONE_FOR, EMPTY_FOR, Pace};
    use crate::clock::{Clock, Random, Timestamp};
    use crate::model::rate::{Answer, Ask, Bucket, BucketError};
    use crate::upstream::rate::Urgency;
    use futures::future::BoxFuture;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::sync::{Arc, Mutex};

    fn pace(jitter: u8) -> (Pace, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(1_000));
        let time = Arc::clone(&now);
        let clock = Clock::from_fn(move || time.load(Ordering::Relaxed));
        (Pace::new(clock, Random::from_fn(move || Some([jitter; 16])), Some(600)), now)
    }

    /// A bucket that gives the answers of a list, and keeps what was asked.
    #[derive(Debug, Default)]
    struct Script {
        answers: Mutex<Vec<Result<Answer, BucketError>>>,
        asked: Mutex<Vec<Ask>>,
        silences: Mutex<Vec<Timestamp>>,
    }

    impl Script {
        fn of(answers: impl IntoIterator<Item = Result<Answer, BucketError>>) -> Arc<Self> {
            let mut answers: Vec<_> = answers.into_iter().collect();
            answers.reverse();
            Arc::new(Self { answers: Mutex::new(answers), ..Self::default() })
        }

        fn asked(&self) -> Vec<u32> {
            self.asked.lock().unwrap().drain(..).map(|ask| ask.calls).collect()
        }
    }

    impl Bucket for Script {
        fn take(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, BucketError>> {
            self.asked.lock().unwrap().push(ask);
            let answer = self.answers.lock().unwrap().pop();
            Box::pin(async move {
                match answer {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            })
        }

        fn silence(&self, _: Timestamp, until: Timestamp) -> BoxFuture<'_, Result<(), BucketError>> {
            self.silences.lock().unwrap().push(until);
            Box::pin(std::future::ready(Ok(())))
        }
    }

    #[tokio::test]
    async fn pause_lasts_as_long_as_the_longest_requested() {
        for (jitter, waits) in [(0, 17), (1, 18), (77, 18)] {
            let (pace, now) = pace(jitter);
            pace.silence(17).await;
            pace.silence(5).await;
            assert_eq!(pace.take(Urgency::Order).await, Err(waits), "jitter {jitter}");
            now.fetch_add(16, Ordering::Relaxed);
            assert!(pace.take(Urgency::Order).await.is_err());
            now.fetch_add(2, Ordering::Relaxed);
            assert_eq!(pace.take(Urgency::Order).await, Ok(()));
        }
    }

    #[tokio::test]
    async fn pause_is_capped_at_a_minute_and_shared() {
        let (pace, now) = pace(0);
        let bucket = Script::of([Ok(Answer::Taken(3))]);
        let pace = pace.sharing(bucket.clone());
        pace.silence(86_400).await;
        assert_eq!(pace.take(Urgency::Order).await, Err(60));
        assert_eq!(*bucket.silences.lock().unwrap(), [1_060]);
        now.fetch_add(61, Ordering::Relaxed);
        assert_eq!(pace.take(Urgency::Order).await, Ok(()));
    }

    #[tokio::test]
    async fn block_is_spent_locally_and_reserve_by_orders_only() {
        let (pace, _) = pace(0);
        let empty = Answer::Empty { until: 1_001 };
        let bucket =
            Script::of([Ok(Answer::Taken(1)), Ok(Answer::Taken(2)), Ok(empty), Ok(Answer::Taken(3)), Ok(empty)]);
        let pace = pace.sharing(bucket.clone());
        for _ in 0..3 {
            assert_eq!(pace.take(Urgency::LookUp).await, Ok(()));
        }
        let waits = u32::try_from(EMPTY_FOR).unwrap();
        assert_eq!(pace.take(Urgency::LookUp).await, Err(waits));
        assert_eq!(bucket.asked(), [1, 2, 4]);
        for _ in 0..3 {
            assert_eq!(pace.take(Urgency::LookUp).await, Err(waits), "a look-up used the reserve, or asked again");
            assert_eq!(pace.take(Urgency::Order).await, Ok(()));
        }
        assert_eq!(bucket.asked(), [3]);
        assert_eq!(pace.take(Urgency::Order).await, Err(1));
    }

    #[tokio::test]
    async fn smaller_block_is_used_before_waiting() {
        let (pace, now) = pace(0);
        let bucket = Script::of([1, 2, 4, 2, 2].map(|calls| Ok(Answer::Taken(calls))));
        let pace = pace.sharing(bucket.clone());
        for _ in 0..9 {
            assert_eq!(pace.take(Urgency::LookUp).await, Ok(()));
        }
        assert!(pace.take(Urgency::LookUp).await.is_err());
        assert_eq!(bucket.asked(), [1, 2, 4, 8]);
        now.fetch_add(EMPTY_FOR, Ordering::Relaxed);
        assert_eq!(pace.take(Urgency::LookUp).await, Ok(()));
        assert_eq!(bucket.asked(), [4], "twice what it had");
    }

    #[tokio::test]
    async fn small_blocks_do_not_delay_one_lookup_per_second() {
        let (pace, now) = pace(0);
        let bucket = Script::of([1, 1, 2, 1, 1, 2].map(|calls| Ok(Answer::Taken(calls))));
        let pace = pace.sharing(bucket.clone());
        for second in 0..8 {
            assert_eq!(pace.take(Urgency::LookUp).await, Ok(()), "second {second}");
            now.fetch_add(1, Ordering::Relaxed);
        }
        assert_eq!(bucket.asked(), [1, 2, 2, 4, 2, 2]);
    }

    #[tokio::test]
    async fn pause_requested_from_another_process_is_respected() {
        let (pace, now) = pace(0);
        let bucket = Script::of([Ok(Answer::Silent { until: 1_030 }), Ok(Answer::Taken(3))]);
        let pace = pace.sharing(bucket);
        assert_eq!(pace.take(Urgency::Order).await, Err(30));
        now.fetch_add(29, Ordering::Relaxed);
        assert_eq!(pace.take(Urgency::Order).await, Err(1));
        now.fetch_add(1, Ordering::Relaxed);
        assert_eq!(pace.take(Urgency::Order).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn unreachable_bucket_falls_back_to_the_local_pace() {
        for lost in [true, false] {
            let (pace, now) = pace(0);
            let answers = if lost { vec![Err(BucketError("down".to_owned()))] } else { Vec::new() };
            let bucket = Script::of(answers);
            let pace = pace.sharing(bucket.clone());
            let (begun, mut look_ups) = (tokio::time::Instant::now(), 0);
            while pace.take(Urgency::LookUp).await.is_ok() {
                look_ups += 1;
            }
            let mut orders = 0;
            while pace.take(Urgency::Order).await.is_ok() {
                orders += 1;
            }
            assert_eq!((look_ups, orders), (54, 60));
            assert_eq!(begun.elapsed().as_secs(), u64::from(!lost), "waited for the bucket");
            assert_eq!(bucket.asked().len(), 1, "a bucket that is down is asked for each call");
            now.fetch_add(ALONE_FOR, Ordering::Relaxed);
            assert!(pace.take(Urgency::LookUp).await.is_ok());
            assert_eq!(bucket.asked().len(), 1);
        }
    }
}
