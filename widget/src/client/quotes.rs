//! What the picks cost: a quote that is kept, replaced before it ends, and compared with what was shown before.

use crate::client::facts::{self, Line, is_quote};
use crate::client::outbox::{Other, Outbox, Part, Role, Timer};
use serde::Serialize;
use shared::protocol::answer::Answer;
use shared::protocol::facts::{list, word};
use shared::protocol::json::Json;
use shared::protocol::moment;
use shared::protocol::problem::Problem;
use shared::protocol::request::Request;

/// Milliseconds before its end at which a quote is replaced, and the most that one is kept.
const BEFORE_END: u64 = 60_000;
const MOST_KEPT: u64 = 540_000;
/// The least that a quote is kept, and the same once `QUICK` have been replaced: a clock may be wrong.
const LEAST_KEPT: u64 = 10_000;
const CALMLY_KEPT: u64 = 300_000;
const QUICK: u32 = 2;
/// Quotes that are replaced by themselves: about an hour of somebody who only looks.
const MOST_REPLACED: u32 = 6;
/// Milliseconds until names that could not be checked are asked about once more.
const ASK_AGAIN_AFTER: u64 = 1_500;
/// Milliseconds until a quote that could not be replaced is asked for again.
const REPLACE_AGAIN_AFTER: u64 = 30_000;

/// Why there is no quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// None could be had.
    PriceUnknown,
    /// Something is wrong with the picks.
    Refused,
    /// The same, found while a quote was replaced by itself.
    PicksChanged,
    /// It ended, and was not replaced.
    PriceOld,
}

/// How the quote stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum QuoteState<J> {
    /// None is wanted.
    None,
    /// It is being asked for.
    Asking,
    /// There is one.
    Held {
        quote: J,
        /// The one shown before, when something differs.
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<J>,
        /// What differs, as findings.
        changes: Vec<J>,
    },
    /// There is no quote.
    Failed {
        reason: Reason,
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<Box<Problem<J>>>,
    },
}

/// The kept quote.
#[derive(Debug)]
pub(crate) struct Quotes<J> {
    pub(crate) state: QuoteState<J>,
    pub(crate) names: Vec<String>,
    /// Whether a quote is asked for in place of the one on show.
    is_replacing: bool,
    /// Whether names could not be checked, and were asked about again.
    is_second: bool,
    /// Quotes that were replaced since the customer asked for one.
    replaced: u32,
    /// When the quote is due to be replaced, and when it ends.
    due: u64,
    end: u64,
}

impl<J> Default for Quotes<J> {
    fn default() -> Self {
        Self {
            state: QuoteState::None,
            names: Vec::new(),
            is_replacing: false,
            is_second: false,
            replaced: 0,
            due: u64::MAX,
            end: 0,
        }
    }
}

impl<J: Json> Quotes<J> {
    /// Asks what the names cost now, and keeps the answer; unless it `can_ask`, once the session was read.
    pub(crate) fn hold(&mut self, names: Vec<String>, can_ask: bool, out: &mut Outbox<J>) {
        self.names = names;
        self.state = QuoteState::Asking;
        (self.replaced, self.due) = (0, u64::MAX);
        if can_ask {
            self.ask(false, out);
        } else {
            out.drop_calls(|role| *role == Role::Quote);
            out.stop_timer(Timer::Quote);
            out.stop_timer(Timer::QuoteAgain);
            out.change(Part::Quote);
        }
    }

    /// Asks once more about the same names, when a quote is wanted.
    pub(crate) fn hold_again(&mut self, out: &mut Outbox<J>) {
        if self.is_wanted() {
            let names = std::mem::take(&mut self.names);
            self.hold(names, true, out);
        }
    }

    /// No quote is wanted any more.
    pub(crate) fn drop(&mut self, out: &mut Outbox<J>) {
        out.drop_calls(|role| *role == Role::Quote);
        out.stop_timer(Timer::Quote);
        out.stop_timer(Timer::QuoteAgain);
        *self = Self::default();
        out.change(Part::Quote);
    }

    /// Whether there is a quote that has not ended.
    pub(crate) const fn is_held(&self, now_ms: u64) -> bool {
        matches!(self.state, QuoteState::Held { .. }) && now_ms < self.end
    }

    /// Whether a quote is kept, or asked for.
    pub(crate) fn is_wanted(&self) -> bool {
        self.state != QuoteState::None
    }

    /// Whether there was no answer to the question for a price.
    pub(crate) const fn is_unknown(&self) -> bool {
        matches!(self.state, QuoteState::Failed { reason: Reason::PriceUnknown, .. })
    }

    fn ask(&mut self, is_replacing: bool, out: &mut Outbox<J>) {
        (self.is_replacing, self.is_second) = (is_replacing, false);
        out.stop_timer(Timer::Quote);
        out.stop_timer(Timer::QuoteAgain);
        out.send(Role::Quote, Request::quote(&self.names));
        out.change(Part::Quote);
    }

    pub(crate) fn ask_again(&mut self, out: &mut Outbox<J>) {
        self.is_second = true;
        out.send(Role::Quote, Request::quote(&self.names));
    }

    /// `is_news`: what is wrong is announced.
    pub(crate) fn answered(&mut self, answer: &Answer<J>, is_news: bool, out: &mut Outbox<J>) {
        let findings = findings_of(answer);
        if !self.is_second && is_unchecked(&findings) {
            return out.wake(Timer::QuoteAgain, ASK_AGAIN_AFTER.max(answer.wait_ms.into()));
        }
        out.change(Part::Quote);
        let quote = answer.record().filter(|quote| is_quote(*quote));
        match (quote, self.is_replacing) {
            (Some(quote), true) => self.replaced_by(quote.clone(), out),
            (Some(quote), false) => self.take_up(quote.clone(), None, Vec::new(), out),
            (None, is_replacing) if !findings.is_empty() => {
                self.fail(if is_replacing { Reason::PicksChanged } else { Reason::Refused }, answer);
                if is_news {
                    out.announce_problem(answer.problem());
                }
            }
            (None, false) => self.fail(Reason::PriceUnknown, answer),
            (None, true) => self.not_replaced(answer, out),
        }
    }

    fn fail(&mut self, reason: Reason, answer: &Answer<J>) {
        self.state = QuoteState::Failed { reason, problem: Some(Box::new(answer.problem())) };
    }

    /// The quote on show goes on until it ends.
    fn not_replaced(&mut self, answer: &Answer<J>, out: &mut Outbox<J>) {
        if out.now_ms >= self.end {
            self.state = QuoteState::Failed { reason: Reason::PriceOld, problem: None };
        } else {
            let rest = self.end.saturating_sub(out.now_ms);
            self.replace_after(REPLACE_AGAIN_AFTER.max(answer.wait_ms.into()).min(rest), out);
        }
    }

    /// What changed earlier stays on show until the customer goes on.
    fn replaced_by(&mut self, now: J, out: &mut Outbox<J>) {
        let QuoteState::Held { quote, before, changes } = &self.state else {
            return self.take_up(now, None, Vec::new(), out);
        };
        let new = compare(quote, &now);
        let (before, changes) =
            if new.is_empty() { (before.clone(), changes.clone()) } else { (Some(quote.clone()), new) };
        self.take_up(now, before, changes, out);
    }

    /// Shows a quote, and what is different from the one shown before; it is replaced before it ends.
    fn take_up(&mut self, quote: J, before: Option<J>, changes: Vec<J>, out: &mut Outbox<J>) {
        let ends = moment::from_iso(&word(&quote, "expires_at")).unwrap_or(0);
        self.state = QuoteState::Held { quote, before, changes };
        out.change(Part::Quote);
        out.tell(Other::Quoted);
        let left = ends.saturating_sub(out.now_ms);
        let least = if self.replaced < QUICK { LEAST_KEPT } else { CALMLY_KEPT };
        // By a clock that is wrong it has ended before it came: the server knows better.
        self.end = if left > 0 { ends } else { u64::MAX };
        let kept = left.saturating_sub(BEFORE_END).max(left / 2).max(least).min(MOST_KEPT);
        self.replace_after(if left > 0 { kept } else { MOST_KEPT }, out);
    }

    fn replace_after(&mut self, milliseconds: u64, out: &mut Outbox<J>) {
        self.due = out.now_ms.saturating_add(milliseconds);
        out.wake(Timer::Quote, milliseconds);
    }

    /// Replaces the quote on show; not while the page is hidden, or `is_busy` with an order.
    pub(crate) fn replace(&mut self, is_busy: bool, out: &mut Outbox<J>) {
        if !matches!(self.state, QuoteState::Held { .. }) || is_busy || out.is_hidden {
            return;
        }
        self.replaced = self.replaced.saturating_add(1);
        if self.replaced > MOST_REPLACED {
            self.state = QuoteState::Failed { reason: Reason::PriceOld, problem: None };
            return out.change(Part::Quote);
        }
        self.ask(true, out);
    }

    /// There is another session, and a quote is good for one; or a call was cut off.
    pub(crate) fn renew(&mut self, out: &mut Outbox<J>) {
        match self.state {
            QuoteState::None => {}
            QuoteState::Held { .. } if !out.is_hidden => {
                (self.replaced, self.due) = (1, 0);
                self.ask(true, out);
            }
            QuoteState::Held { .. } => self.due = 0,
            QuoteState::Asking | QuoteState::Failed { .. } => self.hold_again(out),
        }
    }

    /// The page is looked at again, or an order was refused: a quote that is due is replaced.
    pub(crate) fn keep(&mut self, is_busy: bool, out: &mut Outbox<J>) {
        if out.now_ms >= self.due {
            self.replace(is_busy, out);
        } else if matches!(self.state, QuoteState::Held { .. }) {
            out.wake(Timer::Quote, self.due.saturating_sub(out.now_ms));
        }
    }

    /// An order was refused for its quote: the new one is shown, with what is worse in it. `false` when there is no new one.
    pub(crate) fn changed_by(&mut self, problem: &Problem<J>, names: Vec<String>, out: &mut Outbox<J>) -> bool {
        let quote = problem.details.as_ref().and_then(|details| details.member("quote"));
        let findings = facts::findings(problem);
        // A name that can no longer be had is shown among the picks.
        let is_gone = |finding: &J| word(finding, "code").starts_with("domain_");
        let Some(quote) = quote.filter(|quote| problem.code == "quote_changed" && is_quote(quote)) else {
            return false;
        };
        if findings.iter().any(is_gone) {
            return false;
        }
        let before = match std::mem::replace(&mut self.state, QuoteState::None) {
            QuoteState::Held { quote, .. } => Some(quote),
            _ => None,
        };
        (self.names, self.replaced) = (names, 0);
        self.take_up(quote, before, findings, out);
        true
    }
}

/// What is wrong with the picks, when an answer says so.
fn findings_of<J: Json>(answer: &Answer<J>) -> Vec<J> {
    answer.refusal.as_ref().filter(|_| answer.status < 500).map(facts::findings).unwrap_or_default()
}

/// Whether nothing is wrong but that some names could not be checked.
fn is_unchecked<J: Json>(findings: &[J]) -> bool {
    !findings.is_empty() && findings.iter().all(|finding| word(finding, "code") == "domain_not_checked")
}

/// What is different in a new quote, line by line, in the shape of the server's findings.
fn compare<J: Json>(before: &J, now: &J) -> Vec<J> {
    if before.text("currency") != now.text("currency") {
        let message = "The prices are in another currency now.";
        return vec![J::of_texts(&[("code", "currency_changed"), ("field", ""), ("message", message)])];
    }
    let known: Vec<Line> = list(Some(before), "lines").iter().map(Line::of).collect();
    let mut changes = Vec::new();
    for (index, line) in list(Some(now), "lines").iter().enumerate() {
        let line = Line::of(line);
        // Lines come in the order of the names.
        let same = known.get(index).filter(|old| old.domain == line.domain);
        let old = same.or_else(|| known.iter().find(|old| old.domain == line.domain));
        let Some(code) = difference(old, &line) else {
            continue;
        };
        let what = if code.starts_with("renewal") { "The renewal price of " } else { "The price of " };
        let message = [what, &line.domain, " has changed."].concat();
        changes.push(J::of_texts(&[("domain", &line.domain), ("code", code), ("field", ""), ("message", &message)]));
    }
    changes
}

/// The code of what differs in a line. A renewal price that was not shown, or is not known any more, is neither higher nor
/// lower.
fn difference(old: Option<&Line>, line: &Line) -> Option<&'static str> {
    let price = old.and_then(|old| old.price_cents);
    let renewal = old.and_then(|old| old.renewal_price_cents);
    if line.price_cents != price {
        return Some(if line.price_cents > price { "price_rose" } else { "price_fell" });
    }
    let (now, renewal) = (line.renewal_price_cents?, renewal?);
    (now != renewal).then_some(if now > renewal { "renewal_price_rose" } else { "renewal_price_fell" })
}
