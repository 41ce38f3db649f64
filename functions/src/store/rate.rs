//! The bucket of calls upstream that all processes of a stage share: one item that says when all that was taken is made
//! up for, moved on by conditional updates.

use crate::clock::Timestamp;
use crate::model::rate::{Answer, Ask, Bucket, BucketError, MICROS};
use crate::store::error::was_written;
use crate::store::item::{get_i64, key, number};
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Seconds that the item outlives its last use.
const KEEP: Timestamp = 24 * 60 * 60;
/// Writes of one block: the first goes by what was seen last, and each further one by what the refusal showed.
const TRIES: u32 = 4;
/// Longest silence that is believed, in seconds: a minute, and clocks that differ.
const MAX_SILENCE: Timestamp = 70;

/// When all that was taken is made up for, in microseconds since 1970.
const PAID_UNTIL: &str = "paid_until";
/// Until when upstream wants to hear nothing, in seconds since 1970.
const SILENT_UNTIL: &str = "silent_until";

/// The bucket of one environment's key.
#[derive(Debug)]
struct SharedRate {
    store: Store,
    /// `RATE#test` or `RATE#live`: a table belongs to one stage, and a stage to one environment of upstream's. The key
    /// itself, or what follows from it, would change when it is rotated, and old and new key would be counted apart.
    pk: String,
    /// [`PAID_UNTIL`] as it was seen last.
    seen: AtomicI64,
}

/// What one update came to.
enum Update {
    /// Written: what [`PAID_UNTIL`] is now.
    Taken(i64),
    /// Not written: what the item says.
    Refused { paid_until: i64, silent_until: Timestamp },
}

impl Store {
    /// The bucket of calls for the keys of `environment`.
    pub fn rate(&self, environment: &str) -> Arc<dyn Bucket> {
        Arc::new(SharedRate { store: self.clone(), pk: format!("RATE#{environment}"), seen: AtomicI64::new(0) })
    }
}

impl SharedRate {
    async fn take_block(&self, ask: Ask) -> Result<Answer, BucketError> {
        let mut paid_until = self.seen.load(Ordering::Relaxed);
        for _ in 0..TRIES {
            let calls = ask.granted(ask.left(paid_until));
            if calls == 0 {
                // Nobody gives back: what was seen to be empty is empty until then.
                let until = ask.next_at(paid_until).saturating_add(MICROS).saturating_sub(1);
                return Ok(Answer::Empty { until: until.div_euclid(MICROS) });
            }
            match self.update(ask, calls, paid_until).await.map_err(|error| BucketError(error.to_string()))? {
                Update::Taken(paid_until) => {
                    self.seen.store(paid_until, Ordering::Relaxed);
                    return Ok(Answer::Taken(calls));
                }
                Update::Refused { paid_until: now_seen, silent_until } => {
                    paid_until = now_seen;
                    self.seen.store(paid_until, Ordering::Relaxed);
                    if is_silent(silent_until, ask.now) {
                        return Ok(Answer::Silent { until: silent_until });
                    }
                }
            }
        }
        Err(BucketError("others were faster each time".to_owned()))
    }

    /// Takes `calls`, if the bucket is at least as full as it was at `paid_until`.
    async fn update(&self, ask: Ask, calls: u32, paid_until: i64) -> Result<Update, StoreError> {
        let (now_us, cost) = (ask.now_us(), ask.cost(calls));
        let beyond = now_us.saturating_add(ask.beyond_us);
        let mut update = self
            .store
            .client
            .update_item()
            .table_name(&self.store.table)
            .set_key(Some(key(&self.pk, "RATE")))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .expression_attribute_values(":expires", number(ask.now.saturating_add(KEEP)))
            .expression_attribute_values(":now", number(ask.now))
            .expression_attribute_values(":longest", number(ask.now.saturating_add(MAX_SILENCE)))
            .expression_attribute_values(":now_us", number(now_us));
        let fits = if ask.is_full(paid_until) {
            update = update
                .update_expression("SET paid_until = :paid, expires_at = :expires")
                .expression_attribute_values(":paid", number(now_us.saturating_add(cost)))
                .expression_attribute_values(":beyond", number(beyond));
            "(attribute_not_exists(paid_until) OR paid_until < :now_us OR paid_until > :beyond)"
        } else {
            // A block of more than one call leaves as many as it takes.
            let kept = if calls > 1 { calls } else { 0 };
            let room = ask.cost(ask.most.saturating_sub(calls).saturating_sub(kept));
            update = update
                .update_expression("ADD paid_until :cost SET expires_at = :expires")
                .expression_attribute_values(":cost", number(cost))
                .expression_attribute_values(":room", number(now_us.saturating_add(room)));
            "paid_until BETWEEN :now_us AND :room"
        };
        let heard = "(attribute_not_exists(silent_until) OR silent_until <= :now OR silent_until > :longest)";
        match update.condition_expression(format!("{fits} AND {heard}")).send().await {
            Ok(written) => {
                let paid_until = written.attributes().and_then(|item| get_i64(item, PAID_UNTIL));
                Ok(Update::Taken(paid_until.ok_or(StoreError::Item(PAID_UNTIL))?))
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    let of = |name: &str| refused.item().and_then(|item| get_i64(item, name)).unwrap_or(0);
                    Ok(Update::Refused { paid_until: of(PAID_UNTIL), silent_until: of(SILENT_UNTIL) })
                }
                _ => Err(StoreError::from_sdk(error)),
            },
        }
    }

    async fn be_silent(&self, now: Timestamp, until: Timestamp) -> Result<(), BucketError> {
        let updated = self
            .store
            .client
            .update_item()
            .table_name(&self.store.table)
            .set_key(Some(key(&self.pk, "RATE")))
            .update_expression("SET silent_until = :until, expires_at = :expires")
            .condition_expression(
                "attribute_not_exists(silent_until) OR silent_until < :until OR silent_until > :longest",
            )
            .expression_attribute_values(":until", number(until))
            .expression_attribute_values(":longest", number(now.saturating_add(MAX_SILENCE)))
            .expression_attribute_values(":expires", number(now.saturating_add(KEEP)))
            .send()
            .await;
        was_written(updated).map(drop).map_err(|error| BucketError(error.to_string()))
    }
}

/// Whether upstream wants to hear nothing. A wait that no process can have been asked for comes from a wrong clock.
fn is_silent(until: Timestamp, now: Timestamp) -> bool {
    (1..=MAX_SILENCE).contains(&until.saturating_sub(now))
}

impl Bucket for SharedRate {
    fn take(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, BucketError>> {
        Box::pin(self.take_block(ask))
    }

    fn silence(&self, now: Timestamp, until: Timestamp) -> BoxFuture<'_, Result<(), BucketError>> {
        Box::pin(self.be_silent(now, until))
    }
}
