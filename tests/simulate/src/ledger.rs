//! The expected budget of each session: calls that the functions made for it, calls that reached upstream, and calls
//! left in doubt by faults.

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
    /// Calls that never arrived.
    pub(crate) lost: u64,
    /// Calls that may be missing from the budget: if counting fails for a pending order, the call is still made.
    pub(crate) uncounted: u64,
    /// Calls that the budget may contain in addition: the response to a charge was lost, calls charged in advance could
    /// not be returned, or the function crashed before it used them.
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

    /// An invocation was aborted: its unused charges stay.
    pub(crate) fn cut_short(&self, life: &Life) {
        if let (Some(caller), Ok(unused)) = (life.caller(), u64::try_from(life.unused())) {
            self.change(&caller.session, |account| account.in_doubt = account.in_doubt.saturating_add(unused));
        }
    }

    /// Starts a call for the session of the current invocation.
    pub(crate) fn set_out(&self) -> Journey {
        let life = life::current();
        if let Some(life) = &life {
            life.charge(-1);
        }
        let session = life.and_then(|life| life.caller().map(|caller| caller.session.clone()));
        Journey { ledger: self.clone(), session, arrived: AtomicBool::new(false) }
    }

    /// The number of calls that this write charges to a session's budget or returns; `None` for other writes.
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
    /// Upstream received it.
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
    /// Negative if they are returned.
    calls: i64,
    unconditional: bool,
    life: Option<Arc<Life>>,
    is_over: bool,
}

impl Charge {
    /// The function received the result.
    pub(crate) fn heard(mut self, was_written: bool) {
        self.is_over = true;
        if let Some(life) = self.life.as_ref().filter(|_| was_written) {
            life.charge(self.calls);
        }
    }

    /// The function did not receive the result.
    pub(crate) fn unheard(mut self, is_written: bool) {
        self.doubt(Some(is_written));
    }

    fn doubt(&mut self, is_written: Option<bool>) {
        self.is_over = true;
        let (calls, taken) = (self.calls.unsigned_abs(), self.calls > 0);
        // A charge without a response is repeated, and a failed return leaves the charge. A return without a response
        // must not be repeated.
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
        // The function itself stopped waiting.
        if !self.is_over {
            self.doubt(None);
        }
    }
}
