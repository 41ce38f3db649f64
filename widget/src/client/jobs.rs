//! The imports that a client knows of, and what the server said of each domain in them.

use crate::client::facts::{DomainRow, spelled};
use serde::Serialize;
use shared::protocol::facts::{list, word};
use shared::protocol::json::Json;
use shared::protocol::request::Request;

/// Statuses that do not change any more.
const OVER: [&str; 2] = ["completed", "failed"];

fn is_over(status: &str) -> bool {
    OVER.contains(&status)
}

/// What is kept of an import: the id, or the open domains as long as there is no id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Kept {
    Id(String),
    Names(Vec<String>),
}

/// One import.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Job<J> {
    /// Upstream's `imp_…`, once it is known.
    pub(crate) id: Option<String>,
    /// How it stands; empty when only its id is known.
    status: String,
    /// Its rows, untouched.
    domains: Vec<J>,
    /// The server's record, untouched.
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<J>,
    #[serde(skip)]
    number: u32,
    /// Name and status of each row.
    #[serde(skip)]
    facts: Vec<DomainRow>,
    #[serde(skip)]
    poll_after_seconds: u64,
}

impl<J: Json> Job<J> {
    /// One whose names wait.
    fn waiting(number: u32, id: Option<String>, names: Vec<String>) -> Self {
        let mut job = Self {
            id,
            status: "in_progress".to_owned(),
            domains: Vec::new(),
            view: None,
            number,
            facts: Vec::new(),
            poll_after_seconds: 0,
        };
        for name in names {
            job.add(name);
        }
        job
    }

    fn add(&mut self, name: String) {
        self.domains.push(J::of_texts(&[("domain", &name), ("status", "in_progress")]));
        self.facts.push(DomainRow { domain: name, status: "in_progress".to_owned() });
    }

    /// Whether something may change yet. One of which only the id was kept is to be looked at.
    fn is_open(&self) -> bool {
        let are_over = self.facts.iter().all(|row| is_over(&row.status));
        !(are_over && (self.id.is_none() || is_over(&self.status)))
    }

    fn open_names(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().filter(|row| !is_over(&row.status)).map(|row| row.domain.as_str())
    }

    /// Where it is found: by its id, or by its domains as long as that is not known.
    pub(crate) fn look(&self) -> Request<J> {
        match &self.id {
            Some(id) => Request::look_at_import(id),
            None => Request::look_at_names(self.open_names()),
        }
    }

    /// What is kept of it.
    pub(crate) fn kept(&self) -> Option<Kept> {
        match &self.id {
            Some(id) => Some(Kept::Id(id.clone())),
            None if self.is_open() => Some(Kept::Names(self.open_names().map(str::to_owned).collect())),
            None => None,
        }
    }
}

/// All imports, in the order in which they came up.
#[derive(Debug)]
pub(crate) struct Jobs<J> {
    pub(crate) list: Vec<Job<J>>,
    made: u32,
}

impl<J> Default for Jobs<J> {
    fn default() -> Self {
        Self { list: Vec::new(), made: 0 }
    }
}

impl<J: Json> Jobs<J> {
    fn number(&mut self) -> u32 {
        self.made = self.made.wrapping_add(1);
        self.made
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Job<J>> {
        self.list.iter().find(|job| job.number == number)
    }

    /// Those that are not over.
    pub(crate) fn open(&self) -> Vec<u32> {
        self.list.iter().filter(|job| job.is_open()).map(|job| job.number).collect()
    }

    /// The newest import of a domain.
    pub(crate) fn of(&self, name: &str) -> Option<u32> {
        let has = |job: &&Job<J>| job.facts.iter().any(|row| row.domain == name);
        self.list.iter().rev().find(has).map(|job| job.number)
    }

    pub(crate) fn remove(&mut self, number: Option<u32>) {
        self.list.retain(|job| Some(job.number) != number);
    }

    /// What the server says of import `number` now, or of a new one; gives the names that are connected. One without an id
    /// began with nothing, and says why, or its id is not known yet.
    pub(crate) fn keep(&mut self, number: Option<u32>, record: &J) -> Vec<String> {
        let (id, status) = (record.text("id"), word(record, "status"));
        let poll_after_seconds = record.number("poll_after_seconds").unwrap_or(0);
        let mut rows: Vec<(DomainRow, J)> =
            list(Some(record), "domains").into_iter().map(|row| (DomainRow::of(&row), row)).collect();
        let done = rows.iter().filter(|(facts, _)| facts.status == "completed");
        let done = done.map(|(facts, _)| facts.domain.clone()).collect();
        let asked = number.and_then(|number| self.get(number));
        // An answer about some domains of a job without an id leaves the others as they are.
        if let Some(job) = asked.filter(|job| job.id.is_none()) {
            let is_kept = |facts: &&DomainRow| !rows.iter().any(|(row, _)| row.domain == facts.domain);
            let rest = job.facts.iter().zip(&job.domains).filter(|(facts, _)| is_kept(facts));
            let mut rest: Vec<_> = rest.map(|(facts, row)| (facts.clone(), row.clone())).collect();
            if id.is_none() || !self.list.iter().any(|job| job.id == id) {
                rest.append(&mut rows);
                rows = rest;
            }
        }
        let found = match &id {
            Some(_) => self.list.iter().position(|job| job.id == id),
            None => self.list.iter().position(|job| Some(job.number) == number),
        };
        // Its id is known now.
        let found = found.or_else(|| self.list.iter().position(|job| Some(job.number) == number && job.id.is_none()));
        let (facts, domains) = rows.into_iter().unzip();
        let own = found.and_then(|place| self.list.get(place)).map(|job| job.number);
        let own = own.unwrap_or_else(|| self.number());
        let job = Job { id, status, domains, view: Some(record.clone()), number: own, facts, poll_after_seconds };
        match found.and_then(|place| self.list.get_mut(place)) {
            Some(place) => *place = job,
            None => self.list.push(job),
        }
        // Two jobs turned out to be one.
        self.list.retain(|job| job.number == own || Some(job.number) != number);
        done
    }

    /// A domain that was asked for, maybe by another page.
    pub(crate) fn add_claim(&mut self, domain: String, import: Option<String>) {
        if domain.is_empty() || self.of(&domain).is_some() {
            return;
        }
        let is_same =
            |job: &&mut Job<J>| if import.is_some() { job.id == import } else { job.id.is_none() && job.is_open() };
        if let Some(job) = self.list.iter_mut().find(is_same) {
            return job.add(domain);
        }
        let number = self.number();
        self.list.push(Job::waiting(number, import, vec![domain]));
    }

    /// What is known of each domain: what the newest import of it says.
    pub(crate) fn newest_rows(&self) -> Vec<J> {
        let mut names: Vec<&str> = Vec::new();
        let mut rows: Vec<J> = Vec::new();
        for (facts, row) in self.list.iter().flat_map(|job| job.facts.iter().zip(&job.domains)) {
            match names.iter().position(|name| *name == facts.domain).and_then(|place| rows.get_mut(place)) {
                Some(place) => *place = row.clone(),
                None => {
                    names.push(&facts.domain);
                    rows.push(row.clone());
                }
            }
        }
        rows
    }

    /// Milliseconds after which asking may show something new; nothing when all is over.
    pub(crate) fn poll_after(&self) -> Option<u64> {
        let open = self.list.iter().filter(|job| job.is_open());
        open.map(|job| job.poll_after_seconds.saturating_mul(1_000)).min()
    }

    /// A text that differs when something of an open import has changed.
    pub(crate) fn summary(&self) -> String {
        let mut summary = String::new();
        for job in self.list.iter().filter(|job| job.is_open()) {
            let rows = job.facts.iter().flat_map(|row| [&row.domain, &row.status]);
            for word in [job.id.as_ref().unwrap_or(&job.status), &job.status].into_iter().chain(rows) {
                summary.push_str(word);
                summary.push(' ');
            }
        }
        summary
    }

    /// Goes on with what was kept.
    pub(crate) fn resume(&mut self, kept: Vec<Kept>) {
        for entry in kept {
            let number = self.number();
            let job = match entry {
                // Of one whose id alone is known nothing else is said.
                Kept::Id(id) => Job { status: String::new(), ..Job::waiting(number, Some(id), Vec::new()) },
                Kept::Names(names) => Job::waiting(number, None, spelled(names)),
            };
            self.list.push(job);
        }
    }
}
