//! The queue of due jobs, in order of due time and then of arrival.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::world::Environment;

/// A job at a moment of virtual time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Job {
    /// One domain of an order connects.
    Connect { env: Environment, order: String, index: usize },
    /// The setup of an order ends.
    Finish { env: Environment, order: String },
    /// A cancellation takes effect, for the whole order or for some of its domains.
    Cancel { env: Environment, order: String, domains: Option<Vec<String>> },
    /// The nameservers of an import are still not set.
    RemindImport { env: Environment, import: String },
    /// The nameservers of an import are set.
    SwitchImport { env: Environment, import: String },
    /// A forwarding job ends.
    Forward { env: Environment, job: String },
    /// The n-th delivery attempt of an event.
    Deliver { event: String, attempt: u32 },
}

/// The pending jobs.
#[derive(Debug, Default)]
pub(crate) struct DueQueue {
    jobs: BTreeMap<(i64, u64), Job>,
    arrivals: u64,
}

impl DueQueue {
    pub(crate) fn push(&mut self, due_ms: i64, job: Job) {
        self.arrivals += 1;
        self.jobs.insert((due_ms, self.arrivals), job);
    }

    /// The first job due until a moment, with its due time.
    pub(crate) fn pop_due(&mut self, until_ms: i64) -> Option<(i64, Job)> {
        if self.next_due()? > until_ms {
            return None;
        }
        self.jobs.pop_first().map(|((due, _), job)| (due, job))
    }

    pub(crate) fn next_due(&self) -> Option<i64> {
        self.jobs.first_key_value().map(|((due, _), _)| *due)
    }

    pub(crate) fn len(&self) -> usize {
        self.jobs.len()
    }

    /// The events that wait for delivery.
    pub(crate) fn deliveries(&self) -> impl Iterator<Item = &str> {
        self.jobs.values().filter_map(|job| match job {
            Job::Deliver { event, .. } => Some(event.as_str()),
            _ => None,
        })
    }

    pub(crate) fn clear(&mut self) {
        self.jobs.clear();
    }
}

impl Serialize for DueQueue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.jobs.iter().map(|((due, _), job)| (due, job)))
    }
}

impl<'de> Deserialize<'de> for DueQueue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut queue = Self::default();
        for (due, job) in Vec::<(i64, Job)>::deserialize(deserializer)? {
            queue.push(due, job);
        }
        Ok(queue)
    }
}
