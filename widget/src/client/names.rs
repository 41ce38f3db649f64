//! What the server says of names: those on show, which are asked about once typing has paused, and those of a check.

use crate::client::facts;
use crate::client::outbox::{Other, Outbox, Outcome, Part, Role, Timer};
use serde::Serialize;
use shared::domain_name::DomainName;
use shared::protocol::answer::Answer;
use shared::protocol::facts::{list, word};
use shared::protocol::json::Json;
use shared::protocol::problem::Problem;
use shared::protocol::request::{Group, Request};

/// Milliseconds without a keystroke before names are asked about.
const DEBOUNCE: u64 = 300;
/// Milliseconds until names that could not be checked are asked about again by themselves, once.
const RECHECK_AFTER: u64 = 1_500;
/// Codes of findings that say that a name can no longer be had.
const GONE: [&str; 3] = ["domain_unavailable", "domain_not_connected", "domain_in_use"];

/// What is known of a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Known<J> {
    /// It is being asked about.
    Pending,
    /// It could not be checked.
    Unsettled,
    /// The server's row.
    Row(J),
}

#[derive(Debug)]
struct Entry<J> {
    name: String,
    known: Option<Known<J>>,
    /// Whether it was asked about again.
    is_retried: bool,
}

/// Names that are asked about whatever is known of them, some at a time.
#[derive(Debug)]
struct Check<J> {
    ticket: Option<u32>,
    asked: Vec<String>,
    rest: Vec<String>,
    rows: Vec<J>,
}

/// What the page shows of checks under way.
#[derive(Debug, Serialize)]
pub(crate) struct NamesView<J> {
    is_checking: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem<J>>,
}

/// Names, and what is known of them.
#[derive(Debug)]
pub(crate) struct Names<J> {
    /// In the order of their names: a list may have ten thousand.
    entries: Vec<Entry<J>>,
    /// Names on show.
    wanted: Vec<String>,
    /// Names of the search that are being asked about.
    asked: Vec<String>,
    check: Option<Check<J>>,
    problem: Option<Problem<J>>,
    /// Counts the searches: an older answer is out of date.
    turn: u32,
    /// Names of one call; 0 without a session that may ask.
    pub(crate) limit: usize,
}

impl<J> Default for Names<J> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            wanted: Vec::new(),
            asked: Vec::new(),
            check: None,
            problem: None,
            turn: 0,
            limit: 0,
        }
    }
}

impl<J: Json> Names<J> {
    pub(crate) fn view(&self) -> NamesView<J> {
        NamesView { is_checking: !self.asked.is_empty() || self.check.is_some(), problem: self.problem.clone() }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name))
    }

    /// What is known of a name in its one spelling.
    pub(crate) fn known(&self, name: &str) -> Option<&Known<J>> {
        self.entries.get(self.find(name).ok()?)?.known.as_ref()
    }

    fn entry(&mut self, name: &str) -> Option<&mut Entry<J>> {
        let place = match self.find(name) {
            Ok(place) => place,
            Err(place) => {
                let entry = Entry { name: name.to_owned(), known: None, is_retried: false };
                self.entries.insert(place, entry);
                place
            }
        };
        self.entries.get_mut(place)
    }

    fn set(&mut self, name: &str, known: Option<Known<J>>) {
        if let Some(entry) = self.entry(name) {
            entry.known = known;
        }
    }

    /// These names are on show now.
    pub(crate) fn search(&mut self, names: Vec<String>, is_now: bool, out: &mut Outbox<J>) {
        self.wanted = names;
        self.go_on(is_now, out);
    }

    /// Asks about the names on show, once typing has paused.
    pub(crate) fn go_on(&mut self, is_now: bool, out: &mut Outbox<J>) {
        self.turn = self.turn.wrapping_add(1);
        let had_problem = self.problem.take().is_some();
        if had_problem || !self.asked.is_empty() {
            out.change(Part::Names);
        }
        self.drop_asked();
        out.stop_timer(Timer::Recheck);
        if is_now {
            out.stop_timer(Timer::Search);
            self.ask(out);
        } else {
            out.wake(Timer::Search, DEBOUNCE);
        }
    }

    /// Names whose answer does not come any more are not known.
    fn drop_asked(&mut self) {
        for name in std::mem::take(&mut self.asked) {
            if self.known(&name) == Some(&Known::Pending) {
                self.set(&name, None);
            }
        }
    }

    /// Calls were cut off.
    pub(crate) fn stop(&mut self, out: &mut Outbox<J>) {
        self.drop_asked();
        if let Some(check) = self.check.take() {
            for name in &check.asked {
                self.set(name, None);
            }
            if let Some(ticket) = check.ticket {
                out.supersede(ticket);
            }
        }
        out.change(Part::Names);
    }

    /// Asks about the names on show of which nothing is known.
    pub(crate) fn ask(&mut self, out: &mut Outbox<J>) {
        let names = self.some(|entry| entry.is_none_or(|entry| entry.known.is_none()));
        self.send(names, out);
    }

    /// Asks about names that could not be checked; `is_first`: those that were not asked about twice.
    pub(crate) fn ask_again(&mut self, is_first: bool, out: &mut Outbox<J>) {
        let names = self.some(|entry| is_unsettled(entry, is_first));
        self.send(names, out);
    }

    /// Names on show that are `wanted`, for one call.
    fn some(&self, is_wanted: impl Fn(Option<&Entry<J>>) -> bool) -> Vec<String> {
        let entry = |name: &String| self.find(name).ok().and_then(|place| self.entries.get(place));
        self.wanted.iter().filter(|name| is_wanted(entry(name))).take(self.limit).cloned().collect()
    }

    fn send(&mut self, names: Vec<String>, out: &mut Outbox<J>) {
        if names.is_empty() {
            return;
        }
        self.problem = None;
        self.drop_asked();
        for name in &names {
            if let Some(entry) = self.entry(name) {
                entry.is_retried |= entry.known.is_some();
                entry.known = Some(Known::Pending);
            }
        }
        self.asked.clone_from(&names);
        let request = Request::availability(&names, Group::Names);
        out.send(Role::Search { turn: self.turn, names }, request);
        out.change(Part::Names);
    }

    pub(crate) fn searched(&mut self, turn: u32, names: &[String], answer: &Answer<J>, out: &mut Outbox<J>) {
        self.learn(names, answer);
        out.change(Part::Names);
        if turn != self.turn {
            return;
        }
        self.asked.clear();
        out.tell(Other::Checked);
        if !has_rows(answer) {
            self.problem = Some(answer.problem());
            if answer.wait_ms > 0 {
                out.wake(Timer::Recheck, answer.wait_ms.into());
            }
            return;
        }
        self.ask(out);
        if !self.some(|entry| is_unsettled(entry, true)).is_empty() {
            out.wake(Timer::Recheck, RECHECK_AFTER);
        }
    }

    /// Asks about these names, whatever is known of them.
    pub(crate) fn check(&mut self, names: Vec<String>, ticket: Option<u32>, out: &mut Outbox<J>) {
        if let Some(Check { ticket: Some(earlier), .. }) = self.check.take() {
            out.supersede(earlier);
        }
        self.check = Some(Check { ticket, asked: Vec::new(), rest: names, rows: Vec::new() });
        self.check_next(out);
    }

    fn check_next(&mut self, out: &mut Outbox<J>) {
        let Some(check) = &mut self.check else {
            return;
        };
        let some = check.rest.len().min(self.limit);
        check.asked = check.rest.drain(..some).collect();
        out.change(Part::Names);
        if check.asked.is_empty() {
            let Some(check) = self.check.take() else { return };
            // Without a session that may ask, some are left.
            let outcome = if check.rest.is_empty() {
                Ok(Outcome::Records(check.rows))
            } else {
                Err(Problem::of_client("not_now", ""))
            };
            if let Some(ticket) = check.ticket {
                out.settle(ticket, outcome);
            }
            return;
        }
        out.send(Role::Check, Request::availability(&check.asked, Group::Picks));
    }

    pub(crate) fn checked(&mut self, answer: &Answer<J>, out: &mut Outbox<J>) {
        let Some(check) = &mut self.check else {
            return;
        };
        let asked = std::mem::take(&mut check.asked);
        check.rows.extend(list(answer.record(), "domains"));
        if has_rows(answer) {
            self.learn(&asked, answer);
            return self.check_next(out);
        }
        if let Some(Check { ticket: Some(ticket), .. }) = self.check.take() {
            out.settle(ticket, Err(answer.problem()));
        }
        out.change(Part::Names);
    }

    /// Available, taken, or not checked: what the server did not answer about is not known.
    pub(crate) fn learn(&mut self, names: &[String], answer: &Answer<J>) {
        let rows = list(answer.record(), "domains");
        let rows: Vec<(String, J)> =
            rows.into_iter().map(|row| (DomainName::spelling_of(&word(&row, "domain")), row)).collect();
        for name in names {
            let known = match rows.iter().find(|(domain, _)| domain == name) {
                Some((_, row)) if !matches!(row.text("reason").as_deref(), Some("errored" | "stale")) => {
                    Known::Row(row.clone())
                }
                _ => Known::Unsettled,
            };
            self.set(name, Some(known));
        }
    }

    /// A refusal of `names` may say that some of them can no longer be had: the server is asked about these.
    pub(crate) fn blamed(&mut self, names: &[String], problem: &Problem<J>, out: &mut Outbox<J>) {
        let mut gone = Vec::new();
        for finding in facts::findings(problem) {
            let (code, field) = (word(&finding, "code"), word(&finding, "field"));
            let index = field.strip_prefix("domains[").and_then(|rest| rest.split_once(']')).map(|(index, _)| index);
            let name = index.and_then(|index| names.get(index.parse::<usize>().ok()?));
            if let Some(name) = name.filter(|_| GONE.contains(&code.as_str())) {
                gone.push(name.clone());
            }
        }
        if !gone.is_empty() {
            self.check(gone, None, out);
        }
    }

    /// Whether the customer owns `name` and may order it.
    pub(crate) fn is_usable(&self, name: &str) -> bool {
        let Some(Known::Row(row)) = self.known(name) else {
            return false;
        };
        row.flag("owned") == Some(true) && row.flag("available") == Some(true)
    }
}

fn is_unsettled<J: Json>(entry: Option<&Entry<J>>, is_first: bool) -> bool {
    entry.is_some_and(|entry| entry.known == Some(Known::Unsettled) && !(is_first && entry.is_retried))
}

/// Whether the server has answered about names.
fn has_rows<J: Json>(answer: &Answer<J>) -> bool {
    answer.record().is_some_and(|data| data.member("domains").is_some())
}
