//! The list of the customer's orders: its pages, and the looks at it while an order is being placed.

use crate::client::outbox::{Outbox, Outcome, Part, Role, Timer};
use serde::Serialize;
use shared::protocol::answer::Answer;
use shared::protocol::facts::word;
use shared::protocol::json::Json;
use shared::protocol::problem::Problem;
use shared::protocol::request::Request;

/// Milliseconds until the list is read for the first time: the form comes first.
const FIRST_AFTER: u64 = 1_000;
/// Milliseconds until the list is read again while an order is being placed, and the longest such pause.
const FIRST_PAUSE: u64 = 2_000;
const LAST_PAUSE: u64 = 30_000;

/// The list, as the page shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct List<J> {
    /// Newest first, untouched.
    rows: Vec<J>,
    has_more: bool,
    /// Orders that are being placed and not in the list yet.
    placing: u32,
    is_read: bool,
    is_reading: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem<J>>,
    #[serde(skip)]
    next: Option<String>,
    #[serde(skip)]
    tickets: Vec<u32>,
    #[serde(skip)]
    pause: u64,
    /// Whether the list, or a link to it, is on show.
    #[serde(skip)]
    is_shown: bool,
}

impl<J> Default for List<J> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            has_more: false,
            placing: 0,
            is_read: false,
            is_reading: false,
            problem: None,
            next: None,
            tickets: Vec::new(),
            pause: FIRST_PAUSE,
            is_shown: false,
        }
    }
}

impl<J: Json> List<J> {
    /// Reads the first page, or the next one after what is there already.
    pub(crate) fn read(&mut self, is_next: bool, ticket: Option<u32>, out: &mut Outbox<J>) {
        self.tickets.extend(ticket);
        let query = if is_next { self.next.clone().unwrap_or_default() } else { String::new() };
        (self.is_reading, self.problem) = (true, None);
        out.stop_timer(Timer::List);
        out.send(Role::List { is_first: query.is_empty() }, Request::orders(&query));
        out.change(Part::List);
    }

    /// There is another customer; what is on show stays on show.
    pub(crate) fn start_over(&mut self) {
        *self = Self { is_shown: self.is_shown, ..Self::default() };
    }

    /// There is a session; the form does not wait for its orders.
    pub(crate) fn opened(&self, out: &mut Outbox<J>) {
        if !self.is_read {
            out.wake(Timer::List, FIRST_AFTER);
        }
    }

    /// A call was cut off.
    pub(crate) fn stop(&mut self, out: &mut Outbox<J>) {
        self.is_reading = false;
        for ticket in std::mem::take(&mut self.tickets) {
            out.supersede(ticket);
        }
        out.change(Part::List);
    }

    /// Whether the list, or a link to it, is on show.
    pub(crate) fn show(&mut self, is_shown: bool, out: &mut Outbox<J>) {
        let is_news = is_shown && !self.is_shown;
        self.is_shown = is_shown;
        if is_news {
            self.pause = FIRST_PAUSE;
            self.follow(0, out);
        }
    }

    pub(crate) fn answered(&mut self, is_first: bool, answer: &Answer<J>, out: &mut Outbox<J>) {
        self.is_reading = false;
        let outcome = if let Some(data) = answer.record() {
            if is_first {
                self.rows.clear();
                self.placing = answer.placing;
            }
            self.add(data.items());
            self.next.clone_from(&answer.next);
            (self.has_more, self.is_read, self.problem) = (self.next.is_some(), true, None);
            Ok(())
        } else {
            self.problem = Some(answer.problem());
            Err(answer.problem())
        };
        for ticket in std::mem::take(&mut self.tickets) {
            out.settle(ticket, outcome.clone().map(|()| Outcome::Done));
        }
        self.follow(answer.wait_ms.into(), out);
        out.change(Part::List);
    }

    /// An order that was placed meanwhile moves others to the next page.
    fn add(&mut self, rows: Vec<J>) {
        let id = |row: &J| word(row, "id");
        let mut ids: Vec<String> = self.rows.iter().map(id).collect();
        for row in rows {
            let own = id(&row);
            match ids.iter().position(|other| *other == own).and_then(|place| self.rows.get_mut(place)) {
                Some(place) => *place = row,
                None => {
                    ids.push(own);
                    self.rows.push(row);
                }
            }
        }
    }

    /// Reads the list again as long as an order is being placed.
    fn follow(&mut self, wait_ms: u64, out: &mut Outbox<J>) {
        if self.is_shown && self.placing > 0 {
            out.wake(Timer::List, self.pause.max(wait_ms));
            self.pause = self.pause.saturating_add(self.pause / 2).min(LAST_PAUSE);
        }
    }

    pub(crate) fn rang(&mut self, out: &mut Outbox<J>) {
        if out.is_hidden && self.is_read {
            self.follow(0, out);
        } else if self.is_shown || !self.is_read {
            self.read(false, None, out);
        }
    }
}
