//! What each session's budget has to say: calls that the functions made for it, calls that arrived upstream, and what
//! the faults leave in doubt.

use crate::life::{self, Life};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The calls of one session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Calls that upstream received.
    pub(crate) received: u64,
    /// Calls that were made and never arrived.
    pub(crate) lost: u64,
    /// Calls that may be missing from the budget: a count of an order on its way that failed keeps no call back.
    pub(crate) uncounted: u64,
    /// Calls that the budget may hold beyond those that were made: the answer to a charge was lost, calls that were
    /// charged in advance could not be given back, or the function died before it used them.
    pub(crate) in_doubt: u64,
}

/// The accounts of all sessions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<BTreeMap<String, Account>>>);

impl Ledger {
    fn change(&self, session: &str, change: impl FnOnce(&mut Account)) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(accounts.entry(session.to_owned()).or_default());
    }

    /// Every account.
    pub(crate) fn accounts(&self) -> BTreeMap<String, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// An invocation was cut short: what it had charged and not used stays charged.
    pub(crate) fn cut_short(&self, life: &Life) {
        if let (Some(caller), Ok(unused)) = (life.caller(), u64::try_from(life.unused())) {
            self.change(&caller.session, |account| account.in_doubt = account.in_doubt.saturating_add(unused));
        }
    }

    /// A call sets out, for the session of the invocation that this code runs in.
    pub(crate) fn set_out(&self) -> Journey {
        let life = life::current();
        if let Some(life) = &life {
            life.charge(-1);
        }
        let session = life.and_then(|life| life.caller().map(|caller| caller.session.clone()));
        Journey { ledger: self.clone(), session, arrived: AtomicBool::new(false) }
    }

    /// What this write takes from a session's budget or gives back; `None` when it is about something else.
    pub(crate) fn charge(&self, operation: &str, body: &str) -> Option<Charge> {
        if operation != "UpdateItem" || !body.contains("\"BUDGET\"") {
            return None;
        }
        let body: Value = serde_json::from_str(body).ok()?;
        let text = |path: &str| body.pointer(path).and_then(Value::as_str);
        let session = text("/Key/pk/S")?.strip_prefix("SESSION#")?.to_owned();
        let calls = text("/ExpressionAttributeValues/:calls/N")?.parse().ok()?;
        let unconditional = body.get("ConditionExpression").is_none();
        Some(Charge { ledger: self.clone(), session, calls, unconditional, life: life::current(), is_over: false })
    }
}

/// A call on its way upstream.
#[derive(Debug)]
pub(crate) struct Journey {
    ledger: Ledger,
    session: Option<String>,
    arrived: AtomicBool,
}

impl Journey {
    /// Upstream has received it.
    pub(crate) fn arrive(&self) {
        self.arrived.store(true, Ordering::Relaxed);
        if let Some(session) = &self.session {
            self.ledger.change(session, |account| account.received = account.received.saturating_add(1));
        }
    }
}

impl Drop for Journey {
    fn drop(&mut self) {
        if let (Some(session), false) = (&self.session, self.arrived.load(Ordering::Relaxed)) {
            self.ledger.change(session, |account| account.lost = account.lost.saturating_add(1));
        }
    }
}

/// A write to a session's budget.
#[derive(Debug)]
pub(crate) struct Charge {
    ledger: Ledger,
    session: String,
    /// Negative when they are given back.
    calls: i64,
    unconditional: bool,
    life: Option<Arc<Life>>,
    is_over: bool,
}

impl Charge {
    /// The function has heard what became of it.
    pub(crate) fn heard(mut self, was_written: bool) {
        self.is_over = true;
        if let Some(life) = self.life.as_ref().filter(|_| was_written) {
            life.charge(self.calls);
        }
    }

    /// The function has not heard what became of it.
    pub(crate) fn unheard(mut self, is_written: bool) {
        self.doubt(Some(is_written));
    }

    fn doubt(&mut self, is_written: Option<bool>) {
        self.is_over = true;
        let (calls, taken) = (self.calls.unsigned_abs(), self.calls > 0);
        // What is taken and not heard of is taken again; what is not given back stays taken. Given back without being
        // heard of, it may not be given back again.
        let in_doubt = is_written.is_none_or(|is_written| is_written == taken);
        let uncounted = taken && self.unconditional && is_written != Some(true);
        self.ledger.change(&self.session, |account| {
            if in_doubt {
                account.in_doubt = account.in_doubt.saturating_add(calls);
            }
            if uncounted {
                account.uncounted = account.uncounted.saturating_add(calls);
            }
        });
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        // The function stopped waiting by itself.
        if !self.is_over {
            self.doubt(None);
        }
    }
}
