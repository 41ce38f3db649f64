//! Sending the order: what becomes of it when it is refused, when an approval is missing, and when its answer gets lost.

use crate::protocol::answer::Answer;
use crate::protocol::facts::domains_of;
use crate::protocol::json::Json;
use crate::protocol::order::machine::OrderClient;
use crate::protocol::order::memory::{Approval, Attempt, Phase, Role};
use crate::protocol::order::message::{ApprovalRequest, Effect};
use crate::protocol::order::state::Sent;
use crate::protocol::order::timers::Timer;
use crate::protocol::problem::Problem;
use crate::protocol::request::Request;

/// Milliseconds after which the page's payment counts as refused.
const APPROVAL_TIMEOUT: u64 = 600_000;

impl<J: Json> OrderClient<J> {
    pub(super) fn place(&mut self, draft: J, now_ms: u64) {
        let Some(session) = self.view.as_ref().map(|view| view.id.clone()).filter(|_| self.can_place()) else {
            return;
        };
        let quote = draft.text("quote");
        // What was approved is not asked for again.
        let known = self.approval.as_ref().filter(|known| known.session == session && known.quote == quote);
        let approval = known.map(|known| known.token.clone());
        let is_kept = approval.is_some();
        self.attempt(Attempt { draft, quote, session, earlier: self.sent.clone(), approval, is_kept }, now_ms);
    }

    fn attempt(&mut self, attempt: Attempt<J>, now_ms: u64) {
        let mut domains = domains_of(Some(&attempt.draft));
        // An earlier try may be the one that was placed.
        domains.extend(attempt.earlier.iter().flat_map(|earlier| earlier.domains.iter().cloned()));
        let before = attempt.earlier.as_ref().map_or_else(|| self.listed.clone(), |earlier| earlier.before.clone());
        let sent = Sent { session: attempt.session.clone(), domains, at: now_ms, before };
        self.keep(Some(sent.in_one_spelling()));
        self.is_unconfirmed = false;
        self.phase = Phase::Sending;
        self.stop_timer(Timer::Look);
        self.send(Role::Place, Request::place(&attempt.draft, attempt.approval.as_deref()));
        self.placing = Some(attempt);
    }

    /// The answer to the order, or none.
    pub(super) fn placed(&mut self, answer: &Answer<J>, now_ms: u64) {
        let Some(attempt) = self.placing.take() else {
            return;
        };
        let placed = answer.placed();
        if answer.is_success() && answer.status != 202 {
            self.is_accepted = true;
        }
        if let Some(order) = placed.as_ref().filter(|order| order.id.is_some()) {
            self.approval = None;
            self.receipt = order.id.clone().zip(answer.data.clone());
            return self.begin(order, true, true, now_ms);
        }
        let has_id = matches!(&self.phase, Phase::Watching(watched) if watched.is_own && watched.id.is_some());
        if has_id {
            // The session was quicker, and knows it.
        } else if answer.is_refusal() || answer.is_final_failure() {
            self.refused(attempt, answer, now_ms);
        } else if self.is_in_doubt() {
            self.look_for();
        } else if let Some(order) = placed {
            self.begin(&order, true, true, now_ms);
        } else if self.phase == Phase::Sending {
            // The order may have been placed all the same: only the session knows.
            self.confirm(None);
            self.read_session();
        }
    }

    /// This try ordered nothing.
    fn refused(&mut self, attempt: Attempt<J>, answer: &Answer<J>, now_ms: u64) {
        let problem = answer.problem();
        let Attempt { earlier, session, .. } = &attempt;
        let is_used = problem.code == "session_used";
        if is_used && problem.order_before().is_none() {
            // Another order of this session is on its way.
            let other = Sent { session: session.clone(), domains: Vec::new(), at: now_ms, before: self.listed.clone() };
            self.keep(Some(earlier.clone().unwrap_or(other)));
            self.announce_problem(problem.clone());
            self.confirm(Some(Box::new(problem)));
            return self.read_session();
        }
        // Who is kept out, cannot be served, or is refused before the session is looked at, learns nothing of an order sent
        // before. A conflict is found only in a session without an order: what was sent in it before was not placed, unless
        // it arrives later.
        let learns = answer.status == 409 && !self.is_accepted;
        let is_known = |earlier: &Sent| learns && earlier.session == *session && !earlier.is_on_its_way(now_ms);
        let earlier = earlier.clone().filter(|earlier| !is_known(earlier));
        let nothing_before = earlier.is_none();
        self.keep(earlier);
        self.is_unconfirmed = self.sent.is_some();
        self.phase = Phase::IDLE;
        if problem.is_session_over() {
            // Another session may be there soon: the form says why the order is still to be placed.
            self.phase = Phase::Idle { problem: None, not_placed: nothing_before };
            return self.session_over(now_ms);
        }
        if self.is_about_session(&problem, now_ms) {
            return;
        }
        if problem.code == "approval_invalid" && attempt.is_kept {
            // It has ended since, or that of another tab has taken its place: the page is asked once more.
            self.approval = None;
            return self.attempt(Attempt { approval: None, is_kept: false, ..attempt }, now_ms);
        }
        if let Some(request) = approval_of(answer, &attempt) {
            self.ask(Effect::AskApproval(request));
            self.wake(Timer::Approval, APPROVAL_TIMEOUT, now_ms);
            self.phase = Phase::Approving(Box::new(attempt));
            return;
        }
        if answer.status == 402 {
            self.approval = None;
        }
        self.phase = Phase::Idle { problem: Some(Box::new(problem.clone())), not_placed: false };
        self.announce_problem(problem);
        // Another session came meanwhile: what was sent before is looked for.
        if self.is_in_doubt() {
            self.look_for();
        }
    }

    /// The page's payment approves.
    pub(super) fn approved(&mut self, token: String, now_ms: u64) {
        let is_reading = self.is_calling(&Role::Session);
        let Phase::Approving(attempt) = &mut self.phase else {
            return;
        };
        if is_reading {
            // The token may be that of another session: its answer decides.
            attempt.approval = Some(token);
            return;
        }
        let attempt = attempt.clone();
        self.phase = Phase::IDLE;
        self.stop_timer(Timer::Approval);
        let is_same = self.view.as_ref().is_some_and(|view| view.id == attempt.session);
        if !is_same || !self.is_open() {
            // The approval is of a session that is over.
            let problem = Problem::of_client("approval_outdated", "");
            let shown = self.sent.is_none().then(|| Box::new(problem.clone()));
            self.phase = Phase::Idle { problem: shown, not_placed: false };
            self.announce_problem(problem);
            return self.no_order_yet(now_ms);
        }
        let quote = attempt.quote.clone();
        self.approval = Some(Approval { session: attempt.session.clone(), quote, token: token.clone() });
        self.attempt(Attempt { approval: Some(token), is_kept: false, ..*attempt }, now_ms);
    }

    /// The session was read again while an approval waited for it.
    pub(super) fn go_on_with_approval(&mut self, now_ms: u64) {
        let Phase::Approving(attempt) = &mut self.phase else {
            return;
        };
        if let Some(token) = attempt.approval.take() {
            self.approved(token, now_ms);
        }
    }

    /// The page's payment refuses, or takes too long: the customer may order again.
    pub(super) fn not_approved(&mut self, reason: &str) {
        if !matches!(self.phase, Phase::Approving(_)) {
            return;
        }
        self.stop_timer(Timer::Approval);
        let problem = Problem::of_client("approval_refused", reason);
        self.phase = Phase::Idle { problem: Some(Box::new(problem.clone())), not_placed: false };
        self.announce_problem(problem);
    }
}

/// What to ask the page for, when nothing but the approval is missing.
fn approval_of<J: Json>(answer: &Answer<J>, attempt: &Attempt<J>) -> Option<ApprovalRequest> {
    let problem = answer.refusal.as_ref().filter(|problem| problem.code == "approval_required")?;
    // What is required again was not good enough: the customer decides.
    if attempt.approval.is_some() && !attempt.is_kept {
        return None;
    }
    let details = problem.details.as_ref()?;
    Some(ApprovalRequest {
        session: attempt.session.clone(),
        quote: details.text("quote")?,
        amount_cents: details.number("amount_cents"),
        currency: details.text("currency"),
    })
}
