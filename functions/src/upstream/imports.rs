//! Imports of domains that customers own: start one, look at one, find one again. The job's JSON is unknown
//! (docs/upstream.md#import-job), so it is read leniently.

use crate::clock::Timestamp;
use crate::root_domain;
use crate::times;
use crate::upstream::envelope::Envelope;
use crate::upstream::inventory::uses;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::{Method, StatusCode};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::answers::NameserverGroup;
use shared::domain_name::{DomainName, read_back};
use shared::ids::ImportId;
use std::time::Duration;

/// Domains that upstream imports while the caller waits (docs/upstream.md#imports); more are a job.
pub const MAX_SYNC: usize = 25;
/// Waiting for an import to be taken: upstream sets up a zone for each domain.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(20);

/// A job as upstream describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportJob {
    /// Upstream's `imp_…`.
    pub id: ImportId,
    /// `in_progress`, `action_required`, `completed`, `failed`, or a later word.
    pub status: String,
    /// When upstream made it, when it says so: on its own clock, or on ours once it is part of a [`SeenImport`].
    pub created_at: Option<Timestamp>,
    /// Domain by domain; `None` when this statement lists none.
    pub detail: Option<ImportDetail>,
}

/// What only a full statement has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportDetail {
    /// Domain by domain.
    pub rows: Vec<JobRow>,
    /// The nameservers to set.
    pub groups: Vec<NameserverGroup>,
}

/// One domain of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRow {
    /// The name in its one spelling.
    #[serde(deserialize_with = "read_back")]
    pub domain: DomainName,
    /// Its own status, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who can host inboxes on it, when upstream says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usable_for: Vec<String>,
}

/// A job and when upstream said so.
#[derive(Debug, Clone)]
pub struct SeenImport {
    /// The job.
    pub job: ImportJob,
    /// On upstream's clock.
    pub at: Option<Timestamp>,
}

/// Whether nothing changes any more.
pub fn is_final(status: &str) -> bool {
    matches!(status, "completed" | "failed")
}

impl ImportJob {
    /// Reads a job, in whatever shape this edition has. `None` without an id.
    pub fn read(data: &Value) -> Option<Self> {
        let job = NESTINGS.iter().find_map(|key| data.get(*key).filter(|job| job.get("id").is_some())).unwrap_or(data);
        let id = ImportId::parse(job.get("id")?.as_str()?)?;
        let status = job.get("status").and_then(Value::as_str).unwrap_or("in_progress").to_owned();
        let groups: Option<Vec<NameserverGroup>> = find_groups(data).map(|groups| match groups {
            Value::Array(groups) => groups.iter().filter_map(read_group).collect(),
            group => read_group(group).into_iter().collect(),
        });
        let mut rows: Vec<JobRow> = match job.get("domains") {
            Some(Value::Array(rows)) => rows.iter().filter_map(read_row).collect(),
            // Names with what is known about each.
            Some(Value::Object(rows)) => rows.iter().filter_map(|(name, row)| read_named_row(name, row)).collect(),
            _ => Vec::new(),
        };
        if rows.is_empty() {
            // No rows of its own: the groups name the domains all the same.
            let named = groups.iter().flatten().flat_map(|group| &group.domains);
            rows = named.filter_map(|name| read_row(&Value::String(name.clone()))).collect();
        }
        let has_detail = !rows.is_empty() || groups.as_ref().is_some_and(|groups| !groups.is_empty());
        let detail = has_detail.then(|| ImportDetail { rows, groups: groups.unwrap_or_default() });
        let created_at = job.get("created_at").and_then(times::read);
        Some(Self { id, status, created_at, detail })
    }

    /// How this statement says that a domain stands.
    pub fn status_of(&self, name: &DomainName) -> &str {
        let mut rows = self.detail.iter().flat_map(|detail| &detail.rows);
        status_in(&self.status, rows.find(|row| row.domain == *name))
    }
}

/// How a domain stands: a row's own end, else the job's. What the job says is newer than what its rows say, and a word
/// that is not known here is no end.
pub fn status_in<'s>(job: &'s str, row: Option<&'s JobRow>) -> &'s str {
    match row.and_then(|row| row.status.as_deref()) {
        Some(own) if is_final(own) => own,
        Some("in_progress" | "action_required") | None => job,
        Some(_) if is_final(job) => job,
        Some(own) => own,
    }
}

/// Keys under `data` that may hold the job itself.
const NESTINGS: [&str; 3] = ["domain_import", "import", "job"];

impl Upstream {
    /// Starts the import of `names`, or gives the one that exists for the same set: while upstream makes us wait up to
    /// 25 of them; as a job when there are more, when upstream has no room for the former, or when `as_job` says so: the
    /// first answer of a job says whether the nameservers are in place, that of the other call may not.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn import(&self, names: &[DomainName], as_job: bool) -> Result<SeenImport, UpstreamError> {
        let body = set_of(names.iter().map(DomainName::as_str));
        if names.len() <= MAX_SYNC && !as_job {
            match self.post_import("/domains/import", body.clone()).await {
                // Jobs are not refused for lack of capacity: docs/upstream.md#import-capacity.
                Err(UpstreamError::Refused { status: StatusCode::TOO_MANY_REQUESTS, .. }) => {}
                answered => return answered,
            }
        }
        self.post_import("/domains/import/jobs", body).await
    }

    /// The import of `names` in another job than the one of this set: `mark`, which upstream does not import, makes the
    /// set another one.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn import_marked(&self, names: &[DomainName], mark: &str) -> Result<SeenImport, UpstreamError> {
        let body = set_of(names.iter().map(DomainName::as_str).chain([mark]));
        self.post_import("/domains/import/jobs", body).await
    }

    async fn post_import(&self, path: &str, body: Bytes) -> Result<SeenImport, UpstreamError> {
        // The same set again is the same job, so it may be sent twice.
        let answer = self.send_safely(Method::POST, path, &[], Some(body), IMPORT_TIMEOUT).await?;
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

    /// How an import stands.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn import_status(&self, id: &ImportId) -> Result<SeenImport, UpstreamError> {
        let answer = match self.read(&format!("/domains/import/{id}"), &[]).await {
            // Which of the two paths knows which job is unknown: docs/upstream.md#imports.
            Err(UpstreamError::Refused { status: StatusCode::NOT_FOUND, .. }) => {
                self.read(&format!("/domains/import/jobs/{id}"), &[]).await?
            }
            answered => answered?,
        };
        self.seen_import(answer)
    }
}

/// A body. Sorted, so that the same set is the same bytes.
fn set_of<'n>(names: impl Iterator<Item = &'n str>) -> Bytes {
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    Bytes::from(json!({ "domains": sorted }).to_string())
}

fn read_row(entry: &Value) -> Option<JobRow> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let name = entry.as_str().or_else(|| text("domain")).or_else(|| text("name"))?;
    Some(fields_of(root_domain::read(name).ok()?, entry))
}

/// A row under the name of its domain: its status, or its fields.
fn read_named_row(name: &str, row: &Value) -> Option<JobRow> {
    let fields = fields_of(root_domain::read(name).ok()?, row);
    Some(JobRow { status: row.as_str().map(str::to_owned).or(fields.status), ..fields })
}

fn fields_of(domain: DomainName, row: &Value) -> JobRow {
    let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    JobRow { domain, status: text("status"), reason: text("reason"), usable_for: uses(row) }
}

/// `nameserver_groups`, at any depth below `data`: docs/upstream.md#import-job.
fn find_groups(data: &Value) -> Option<&Value> {
    match data {
        Value::Object(object) => match object.get("nameserver_groups") {
            Some(groups @ (Value::Array(_) | Value::Object(_))) => Some(groups),
            _ => object.values().find_map(find_groups),
        },
        Value::Array(list) => list.iter().find_map(find_groups),
        _ => None,
    }
}

fn read_group(group: &Value) -> Option<NameserverGroup> {
    let texts = |key: &str| -> Vec<String> {
        let entries = group.get(key).and_then(Value::as_array).into_iter().flatten();
        entries
            .filter_map(|entry| entry.as_str().or_else(|| entry.get("domain").and_then(Value::as_str)))
            .map(str::to_owned)
            .collect()
    };
    let nameservers = [texts("nameservers"), texts("name_servers")].concat();
    (!nameservers.is_empty()).then(|| NameserverGroup { nameservers, domains: texts("domains") })
}
