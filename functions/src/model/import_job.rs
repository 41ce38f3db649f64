//! A job that imports domains which customers own. Its JSON is unknown (docs/upstream.md#import-job), so it is read
//! leniently.

use crate::clock::Timestamp;
use crate::times;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::answers::NameserverGroup;
use shared::availability::words;
use shared::domain_name::{DomainName, read_back};
use shared::ids::ImportId;
use shared::root_domain;

/// A job as upstream describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportJob {
    /// Upstream's `imp_…`.
    pub id: ImportId,
    /// `in_progress`, `action_required`, `completed`, `failed`; other values may be added.
    pub status: String,
    /// When upstream created it, if known: on upstream's clock, or on ours once it is in a `SeenImport` of `upstream`.
    pub created_at: Option<Timestamp>,
    /// Domain by domain; `None` when this statement lists none.
    pub detail: Option<ImportDetail>,
}

/// Fields that only a full statement has.
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
    /// Providers that can host its inboxes, if upstream sends them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usable_for: Vec<String>,
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
            // Names with details.
            Some(Value::Object(rows)) => rows.iter().filter_map(|(name, row)| read_named_row(name, row)).collect(),
            _ => Vec::new(),
        };
        if rows.is_empty() {
            // No rows: the groups have the domains.
            let named = groups.iter().flatten().flat_map(|group| &group.domains);
            rows = named.filter_map(|name| read_row(&Value::String(name.clone()))).collect();
        }
        let has_detail = !rows.is_empty() || groups.as_ref().is_some_and(|groups| !groups.is_empty());
        let detail = has_detail.then(|| ImportDetail { rows, groups: groups.unwrap_or_default() });
        let created_at = job.get("created_at").and_then(times::read);
        Some(Self { id, status, created_at, detail })
    }

    /// The state of a domain according to this statement.
    pub fn status_of(&self, name: &DomainName) -> &str {
        let mut rows = self.detail.iter().flat_map(|detail| &detail.rows);
        status_in(&self.status, rows.find(|row| row.domain == *name))
    }
}

/// The state of a domain: its row's final state, otherwise the job's. The job's state is newer than its rows', and an
/// unknown value is not final.
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
    JobRow { domain, status: text("status"), reason: text("reason"), usable_for: usable_for(row) }
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

/// `usable_for` of a row: `google`, `microsoft`; other values may be added; empty when it does not say.
pub(crate) fn usable_for(row: &Value) -> Vec<String> {
    row.get("usable_for").map(words).unwrap_or_default()
}
