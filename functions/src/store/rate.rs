//! The rate of upstream calls that all processes of a stage share: one item with the time until which the calls taken use
//! up the rate. Conditional updates move it on.

use crate::clock::Timestamp;
use crate::model::rate::{Answer, Ask, Bucket, BucketError, MICROS};
use crate::store::condition::{longer_pause, not_paused, rate_has_room, rate_unused};
use crate::store::dynamo::item::{from_item, unreadable};
use crate::store::dynamo::update::Update;
use crate::store::key::Key;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use futures::future::BoxFuture;
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Seconds that the item is kept after its last use.
const KEEP: Timestamp = 24 * 60 * 60;
/// Writes of one block: the first uses the value seen last, and each later one the value in the refusal.
const ATTEMPTS: u32 = 4;
/// The longest pause that is believed, in seconds: a minute, and clocks that differ.
const MAX_PAUSE: Timestamp = 70;

/// The bucket of the upstream key of one environment.
#[derive(Debug)]
struct SharedRate {
    store: Store,
    /// Of the environment: a table belongs to one stage, and a stage to one environment of upstream. A key made from the
    /// upstream key would change when that is rotated, and the old and the new key would be counted separately.
    key: Key,
    /// `paid_until` as it was seen last.
    seen: AtomicI64,
}

/// The item. Either attribute may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RateItem {
    /// Until when the calls taken use up the rate, in microseconds since 1970.
    paid_until: i64,
    /// Until when upstream asked for no calls, in seconds since 1970.
    silent_until: Timestamp,
}

/// The result of one update.
enum Outcome {
    /// Written: `paid_until` is this now.
    Taken(i64),
    /// Not written: the item as it is.
    Refused(RateItem),
}

impl Store {
    /// The bucket of calls for the keys of `environment`, `test` or `live`.
    pub fn rate(&self, environment: &str) -> Arc<dyn Bucket> {
        Arc::new(SharedRate { store: self.clone(), key: Key::rate(environment), seen: AtomicI64::new(0) })
    }
}

impl SharedRate {
    async fn take_block(&self, ask: Ask) -> Result<Answer, BucketError> {
        let mut paid_until = self.seen.load(Ordering::Relaxed);
        for _ in 0..ATTEMPTS {
            let calls = ask.granted(ask.left(paid_until));
            if calls == 0 {
                // No process returns calls: a bucket that was seen empty is empty until then.
                let until = ask.next_at(paid_until).saturating_add(MICROS).saturating_sub(1);
                return Ok(Answer::Empty { until: until.div_euclid(MICROS) });
            }
            match self.take_calls(ask, calls, paid_until).await.map_err(|error| BucketError(error.to_string()))? {
                Outcome::Taken(paid_until) => {
                    self.seen.store(paid_until, Ordering::Relaxed);
                    return Ok(Answer::Taken(calls));
                }
                Outcome::Refused(found) => {
                    paid_until = found.paid_until;
                    self.seen.store(paid_until, Ordering::Relaxed);
                    if is_paused(found.silent_until, ask.now) {
                        return Ok(Answer::Silent { until: found.silent_until });
                    }
                }
            }
        }
        Err(BucketError("others were faster each time".to_owned()))
    }

    /// Takes `calls`, if the bucket is at least as full as it was at `paid_until`.
    async fn take_calls(&self, ask: Ask, calls: u32, paid_until: i64) -> Result<Outcome, StoreError> {
        let (now_us, cost) = (ask.now_us(), ask.cost(calls));
        let update = Update::of(self.key.clone()).set("expires_at", ask.now.saturating_add(KEEP));
        let update = if ask.is_full(paid_until) {
            update
                .set("paid_until", now_us.saturating_add(cost))
                .only_if(rate_unused(now_us, now_us.saturating_add(ask.beyond_us)))
        } else {
            // A block of more than one call leaves as many as it takes.
            let kept = if calls > 1 { calls } else { 0 };
            let room = ask.cost(ask.most.saturating_sub(calls).saturating_sub(kept));
            update.add("paid_until", cost).only_if(rate_has_room(now_us, now_us.saturating_add(room)))
        };
        let update = update.only_if(not_paused(ask.now, ask.now.saturating_add(MAX_PAUSE))).returning_refused_item();
        match self.store.update_call(update)?.return_values(ReturnValue::UpdatedNew).send().await {
            Ok(written) => {
                let written = written.attributes.ok_or_else(unreadable::<RateItem>)?;
                Ok(Outcome::Taken(from_item::<RateItem>(written)?.paid_until))
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Outcome::Refused(refused.item().cloned().map(from_item).transpose()?.unwrap_or_default()))
                }
                _ => Err(StoreError::from_sdk(error)),
            },
        }
    }

    async fn note_pause(&self, now: Timestamp, until: Timestamp) -> Result<(), BucketError> {
        let update = Update::of(self.key.clone())
            .set("silent_until", until)
            .set("expires_at", now.saturating_add(KEEP))
            .only_if(longer_pause(until, now.saturating_add(MAX_PAUSE)));
        self.store.update(update).await.map(drop).map_err(|error| BucketError(error.to_string()))
    }
}

/// Whether upstream asked for a pause. A longer one than any process can have been asked for comes from a wrong clock.
fn is_paused(until: Timestamp, now: Timestamp) -> bool {
    (1..=MAX_PAUSE).contains(&until.saturating_sub(now))
}

impl Bucket for SharedRate {
    fn take(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, BucketError>> {
        Box::pin(self.take_block(ask))
    }

    fn silence(&self, now: Timestamp, until: Timestamp) -> BoxFuture<'_, Result<(), BucketError>> {
        Box::pin(self.note_pause(now, until))
    }
}
