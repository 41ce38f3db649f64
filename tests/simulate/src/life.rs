//! The life of one invocation of a function: a crash at an await drops everything that it was about to do.

use std::future::{Future, pending};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tokio::sync::Notify;

tokio::task_local! {
    static LIFE: Arc<Life>;
}

/// On behalf of whom an invocation works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The session's id.
    pub(crate) session: String,
    /// The session's customer.
    pub(crate) customer: String,
}

/// One invocation.
#[derive(Debug, Default)]
pub(crate) struct Life {
    over: AtomicBool,
    ended: Notify,
    caller: Option<Caller>,
    /// Upstream calls that were charged to the session's budget, less those that were made.
    unused: AtomicI64,
}

impl Life {
    /// An invocation for `caller`, if a session causes it.
    pub(crate) fn of(caller: Option<Caller>) -> Arc<Self> {
        Arc::new(Self { caller, ..Self::default() })
    }

    /// Who causes it.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// Calls were charged, or given back when they are negative; made calls count as negative, too.
    pub(crate) fn charge(&self, calls: i64) {
        self.unused.fetch_add(calls, Ordering::Relaxed);
    }

    /// Calls that were charged and not made.
    pub(crate) fn unused(&self) -> i64 {
        self.unused.load(Ordering::Relaxed)
    }
}

/// Runs an invocation; `None`: it crashed at one of its awaits.
pub(crate) async fn live<F: Future>(life: Arc<Life>, invocation: F) -> Option<F::Output> {
    let watched = Arc::clone(&life);
    tokio::select! {
        biased;
        () = watched.ended.notified() => None,
        output = LIFE.scope(life, invocation) => Some(output),
    }
}

/// The invocation that this code runs in.
pub(crate) fn current() -> Option<Arc<Life>> {
    LIFE.try_with(Arc::clone).ok()
}

/// Whether this code runs inside an invocation that can crash.
pub(crate) fn is_alive() -> bool {
    LIFE.try_with(|life| !life.over.load(Ordering::Relaxed)).unwrap_or(false)
}

/// Ends the invocation that this code runs in, and never returns to it.
pub(crate) async fn crash() {
    let ended = LIFE.try_with(|life| {
        life.over.store(true, Ordering::Relaxed);
        life.ended.notify_one();
    });
    if ended.is_ok() {
        pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::{Life, crash, is_alive, live};
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn nothing_after_a_crash_is_done() {
        let done = AtomicU32::new(0);
        let output = live(Life::of(None), async {
            done.fetch_add(1, Ordering::Relaxed);
            crash().await;
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(output.await, None);
        assert_eq!(done.load(Ordering::Relaxed), 1);
        assert!(!is_alive());
        assert_eq!(live(Life::of(None), async { is_alive() }).await, Some(true));
    }
}
