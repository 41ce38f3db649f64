//! Domains that the customer has already: connected by import, and watched until their nameservers answer.

use crate::client::jobs::{Job, Jobs, Kept};
use crate::client::names::Names;
use crate::client::outbox::{Outbox, Outcome, Part, Role, Timer};
use serde::Serialize;
use shared::protocol::answer::Answer;
use shared::protocol::facts::word;
use shared::protocol::json::Json;
use shared::protocol::problem::Problem;
use shared::protocol::request::{Group, Request};

/// Milliseconds of the shortest pause between looks, whatever the server says, and of the longest one that grows by itself:
/// nameservers take hours.
const SHORTEST_PAUSE: u64 = 2_000;
const LONGEST_PAUSE: u64 = 60_000;

/// One call about imports.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ask {
    /// Connects names.
    Start { names: Vec<String> },
    /// Looks at a job.
    Look { job: u32 },
    /// Gives up a domain that is not connected: others may use it then.
    Release { job: u32, name: String },
    /// Too many domains wait: all of them are shown, so that some can be released.
    Claims,
    /// Names that became usable are asked about, so that they can be picked.
    Rows { names: Vec<String> },
}

/// Imports, as the page shows them.
#[derive(Debug, Serialize)]
pub(crate) struct OwnedView<J> {
    jobs: Vec<Job<J>>,
    rows: Vec<J>,
    is_asking: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem<J>>,
}

/// Imports, and the calls about them, one after the other.
#[derive(Debug)]
pub(crate) struct Owned<J> {
    jobs: Jobs<J>,
    problem: Option<Problem<J>>,
    /// The call under way, and those after it.
    queue: Vec<Ask>,
    ticket: Option<u32>,
    /// Milliseconds that the server wants to be left alone.
    wait: u64,
    pause: u64,
    /// What the last look saw.
    seen: String,
}

impl<J> Default for Owned<J> {
    fn default() -> Self {
        Self {
            jobs: Jobs::default(),
            problem: None,
            queue: Vec::new(),
            ticket: None,
            wait: 0,
            pause: SHORTEST_PAUSE,
            seen: String::new(),
        }
    }
}

impl<J: Json> Owned<J> {
    pub(crate) fn view(&self) -> OwnedView<J> {
        OwnedView {
            jobs: self.jobs.list.clone(),
            rows: self.jobs.newest_rows(),
            is_asking: !self.queue.is_empty(),
            problem: self.problem.clone(),
        }
    }

    /// Connects names.
    pub(crate) fn start(&mut self, names: Vec<String>, ticket: u32, out: &mut Outbox<J>) {
        self.begin(vec![Ask::Start { names }], Some(ticket), out);
    }

    /// Looks at the imports that are not over, now.
    pub(crate) fn look(&mut self, out: &mut Outbox<J>) {
        let open = self.jobs.open();
        if open.is_empty() || !self.queue.is_empty() {
            return;
        }
        if out.is_hidden {
            return self.later(out);
        }
        self.begin(open.into_iter().map(|job| Ask::Look { job }).collect(), None, out);
    }

    /// Gives up a domain that is not connected.
    pub(crate) fn release(&mut self, name: String, ticket: u32, out: &mut Outbox<J>) {
        match self.jobs.of(&name).filter(|_| self.queue.is_empty()) {
            Some(job) => self.begin(vec![Ask::Release { job, name }], Some(ticket), out),
            None => out.settle(ticket, Err(Problem::of_client("not_now", ""))),
        }
    }

    fn begin(&mut self, asks: Vec<Ask>, ticket: Option<u32>, out: &mut Outbox<J>) {
        if let Some(earlier) = std::mem::replace(&mut self.ticket, ticket) {
            out.supersede(earlier);
        }
        (self.queue, self.problem, self.wait) = (asks, None, 0);
        out.stop_timer(Timer::Owned);
        out.change(Part::Owned);
        self.send(out);
    }

    /// Sends the first call of the queue.
    fn send(&mut self, out: &mut Outbox<J>) {
        let request = loop {
            let Some(ask) = self.queue.first() else {
                return self.end(out);
            };
            match ask {
                Ask::Start { names } => break Request::import(names),
                Ask::Claims => break Request::claims(),
                Ask::Rows { names } => break Request::availability(names, Group::Owned),
                Ask::Look { job } => {
                    if let Some(job) = self.jobs.get(*job) {
                        break job.look();
                    }
                }
                Ask::Release { job, name } => {
                    if let Some(job) = self.jobs.get(*job) {
                        break Request::release(job.id.as_deref(), std::slice::from_ref(name));
                    }
                }
            }
            self.queue.remove(0);
        };
        out.send(Role::Owned, request);
    }

    /// All calls are answered.
    fn end(&mut self, out: &mut Outbox<J>) {
        if let Some(ticket) = self.ticket.take() {
            let outcome = self.problem.clone().map_or(Ok(Outcome::Done), Err);
            out.settle(ticket, outcome);
        }
        self.later(out);
        out.change(Part::Owned);
    }

    /// Calls were cut off.
    pub(crate) fn stop(&mut self, out: &mut Outbox<J>) {
        self.queue.clear();
        if let Some(ticket) = self.ticket.take() {
            out.supersede(ticket);
        }
        out.change(Part::Owned);
    }

    pub(crate) fn answered(&mut self, answer: &Answer<J>, names: &mut Names<J>, out: &mut Outbox<J>) {
        if self.queue.is_empty() {
            return;
        }
        let ask = self.queue.remove(0);
        match ask {
            Ask::Rows { names: asked } => names.learn(&asked, answer),
            Ask::Claims => self.claims(answer),
            Ask::Start { .. } => self.heard(None, answer, names),
            Ask::Look { job } | Ask::Release { job, .. } => self.heard(Some(job), answer, names),
        }
        self.wait = self.wait.max(answer.wait_ms.into());
        out.change(Part::Owned);
        out.change(Part::Names);
        self.send(out);
    }

    /// What the server says of an import, or of a new one.
    fn heard(&mut self, job: Option<u32>, answer: &Answer<J>, names: &Names<J>) {
        let rows = answer.record().filter(|data| data.member("domains").is_some());
        if let Some(data) = rows {
            let mut done = self.jobs.keep(job, data);
            done.retain(|name| !names.is_usable(name));
            done.truncate(names.limit);
            if !done.is_empty() {
                self.queue.insert(0, Ask::Rows { names: done });
            }
            return;
        }
        let problem = answer.problem();
        if problem.code == "too_many_open_claims" {
            self.queue.insert(0, Ask::Claims);
        }
        if answer.status == 404 {
            self.jobs.remove(job);
        }
        self.problem = Some(problem);
    }

    /// The customer's claims, also those of other pages.
    fn claims(&mut self, answer: &Answer<J>) {
        for claim in answer.record().map(|data| data.items()).unwrap_or_default() {
            self.jobs.add_claim(word(&claim, "domain"), claim.text("import"));
        }
    }

    /// The next look, as long as something may change.
    fn later(&mut self, out: &mut Outbox<J>) {
        let Some(asked) = self.jobs.poll_after() else {
            return;
        };
        let now = self.jobs.summary();
        let is_same = now == self.seen;
        self.pause =
            if is_same { self.pause.saturating_add(self.pause / 2).min(LONGEST_PAUSE) } else { SHORTEST_PAUSE };
        self.seen = now;
        out.wake(Timer::Owned, asked.max(self.pause).max(self.wait));
    }

    /// What is kept of the imports.
    pub(crate) fn kept(&self) -> Vec<Kept> {
        self.jobs.list.iter().filter_map(Job::kept).collect()
    }

    /// Goes on with what was kept.
    pub(crate) fn resume(&mut self, kept: Vec<Kept>, out: &mut Outbox<J>) {
        self.jobs.resume(kept);
        out.change(Part::Owned);
    }
}
