//! Availability of many names: batched, a few batches at a time, rows in the order asked.

use crate::metrics;
use crate::upstream::call::{Call, Retry};
use crate::upstream::{Upstream, UpstreamError};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::{Value, json};
use shared::availability::AvailabilityRow;
use shared::domain_name::DomainName;
use std::time::Instant;

/// Parallel batches: 1,000 names take five rounds of 25 per batch, and one customer cannot use up the partner's rate.
const CONCURRENT_BATCHES: usize = 8;

impl Upstream {
    /// Calls that asking about `names` distinct names takes.
    pub fn availability_calls(&self, names: usize) -> usize {
        names.div_ceil(self.availability_batch)
    }

    /// One row per name, in the order given. Names of a batch that failed are `errored`.
    ///
    /// # Errors
    /// The first error, when no batch at all was answered.
    pub async fn availability(&self, names: &[DomainName]) -> Result<Vec<AvailabilityRow>, UpstreamError> {
        // Owned batches: futures that borrow them could not be shown to be `Send`.
        let batches: Vec<Vec<DomainName>> = names.chunks(self.availability_batch).map(<[_]>::to_vec).collect();
        let started = Instant::now();
        let answers: Vec<_> = futures::stream::iter(batches)
            .map(|batch| async move {
                let answer = self.availability_batch(&batch).await;
                (batch, answer)
            })
            .buffered(CONCURRENT_BATCHES)
            .collect()
            .await;
        if !names.is_empty() {
            metrics::availability_latency(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
        }
        let mut rows = Vec::with_capacity(names.len());
        let mut failure = None;
        let mut answered = 0_usize;
        for (batch, answer) in answers {
            match answer {
                Ok(of_batch) => {
                    answered = answered.saturating_add(1);
                    rows.extend(of_batch);
                }
                Err(error) => {
                    tracing::warn!(
                        error.cause = %error,
                        upstream.request_id = error.request_id(),
                        "availability batch failed"
                    );
                    rows.extend(batch.iter().map(|name| AvailabilityRow::unanswered(name.as_str())));
                    failure = failure.or(Some(error));
                }
            }
        }
        match failure {
            Some(error) if answered == 0 => Err(error),
            _ => Ok(rows),
        }
    }

    async fn availability_batch(&self, names: &[DomainName]) -> Result<Vec<AvailabilityRow>, UpstreamError> {
        let body = Bytes::from(json!({ "domains": names }).to_string());
        // It reads, although upstream wants a POST.
        let answer = self.call(&Call { retry: Retry::Once, ..Call::post("/domains/availability", body) }).await?;
        let rows = answer.data.get("domains").and_then(Value::as_array).cloned().unwrap_or_default();
        // Rows are found by name: their order is unknown (docs/upstream.md#availability).
        let rows: Vec<AvailabilityRow> = rows.iter().filter_map(AvailabilityRow::lenient).collect();
        Ok(names
            .iter()
            .map(|name| {
                let mut of_name = rows.iter().filter(|row| row.domain.eq_ignore_ascii_case(name.as_str()));
                match of_name.next() {
                    // Rows that contradict each other say nothing.
                    Some(row) if of_name.all(|other| other == row) => {
                        AvailabilityRow { domain: name.to_string(), ..row.clone() }
                    }
                    _ => AvailabilityRow::unanswered(name.as_str()),
                }
            })
            .collect())
    }
}
