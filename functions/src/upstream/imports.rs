//! Imports of domains that customers own: start one, look at one, find one again.

use crate::clock::Timestamp;
use crate::model::import_job::ImportJob;
use crate::times;
use crate::upstream::call::{Call, Limit, Retry};
use crate::upstream::envelope::Envelope;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::json;
use shared::domain_name::DomainName;
use shared::ids::ImportId;
use std::time::Duration;

/// Domains that upstream imports while the caller waits (docs/upstream.md#imports); more are a job.
pub const MAX_SYNC: usize = 25;
/// Waiting for an import to be taken: upstream sets up a zone for each domain.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(20);

/// A job and when upstream said so.
#[derive(Debug, Clone)]
pub struct SeenImport {
    /// The job.
    pub job: ImportJob,
    /// On upstream's clock.
    pub at: Option<Timestamp>,
}

impl Upstream {
    /// Starts the import of `names`, or gives the one that exists for the same set: while upstream makes us wait up to
    /// 25 of them; as a job when there are more, when upstream has no room for the former, or when `as_job` says so:
    /// the first answer of a job says whether the nameservers are in place, that of the other call may not.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn import(&self, names: &[DomainName], as_job: bool) -> Result<SeenImport, UpstreamError> {
        let body = set_of(names.iter().map(DomainName::as_str));
        if names.len() <= MAX_SYNC && !as_job {
            let call = Call { limit: Limit::Imports, ..start_import("/domains/import", body.clone()) };
            match self.import_by(&call).await {
                // Jobs are not refused for lack of capacity: docs/upstream.md#import-capacity.
                Err(UpstreamError::Refused { status: StatusCode::TOO_MANY_REQUESTS, .. }) => {}
                answered => return answered,
            }
        }
        self.import_by(&start_import("/domains/import/jobs", body)).await
    }

    /// Imports `names` in a job of their own: upstream has one job for each set of names, and `probe`, a name that it
    /// cannot import, makes the set a different one.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn import_with_probe(&self, names: &[DomainName], probe: &str) -> Result<SeenImport, UpstreamError> {
        let body = set_of(names.iter().map(DomainName::as_str).chain([probe]));
        self.import_by(&start_import("/domains/import/jobs", body)).await
    }

    async fn import_by(&self, call: &Call<'_>) -> Result<SeenImport, UpstreamError> {
        let answer = self.call(call).await?;
        self.seen_import(answer)
    }

    fn seen_import(&self, answer: Envelope) -> Result<SeenImport, UpstreamError> {
        let Some(job) = ImportJob::read(&answer.data) else {
            return Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id });
        };
        let now = self.clock.now();
        let created_at = job.created_at.map(|at| times::on_our_clock(at, answer.date, now));
        Ok(SeenImport { job: ImportJob { created_at, ..job }, at: answer.date })
    }

    /// The state of an import.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn import_status(&self, id: &ImportId) -> Result<SeenImport, UpstreamError> {
        let answer = match self.call(&Call::get(format!("/domains/import/{id}"))).await {
            // Which of the two paths knows which job is unknown: docs/upstream.md#imports.
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, .. }) => {
                self.call(&Call::get(format!("/domains/import/jobs/{id}"))).await?
            }
            answered => answered?,
        };
        self.seen_import(answer)
    }
}

/// A call that starts an import. The same set again is the same job, so it may be repeated.
fn start_import(path: &str, body: Bytes) -> Call<'_> {
    Call { timeout: IMPORT_TIMEOUT, retry: Retry::Once, ..Call::post(path, body) }
}

/// A body. Sorted, so that the same set is the same bytes.
fn set_of<'n>(names: impl Iterator<Item = &'n str>) -> Bytes {
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    Bytes::from(json!({ "domains": sorted }).to_string())
}
