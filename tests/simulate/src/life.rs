//! One invocation of a function: a crash at an await drops the rest of it.

use std::future::{Future, pending};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tokio::sync::Notify;

tokio::task_local! {
    static LIFE: Arc<Life>;
}

/// The session and customer of an invocation.
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
    /// Upstream calls charged to the session's budget and not yet made.
    unused: AtomicI64,
}

impl Life {
    /// An invocation for `caller`, if it belongs to a session.
    pub(crate) fn of(caller: Option<Caller>) -> Arc<Self> {
        Arc::new(Self { caller, ..Self::default() })
    }

    /// The session that caused it, if any.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// Adds charged calls; returned and made calls are negative.
    pub(crate) fn charge(&self, calls: i64) {
        self.unused.fetch_add(calls, Ordering::Relaxed);
    }

    /// Calls that were charged and not made.
    pub(crate) fn unused(&self) -> i64 {
        self.unused.load(Ordering::Relaxed)
    }
}

/// Runs an invocation; `None` if it crashed at an await.
pub(crate) async fn live<F: Future>(life: Arc<Life>, invocation: F) -> Option<F::Output> {
    let watched = Arc::clone(&life);
    tokio::select! {
        biased;
        () = watched.ended.notified() => None,
        output = LIFE.scope(life, invocation) => Some(output),
    }
}

/// The current invocation.
pub(crate) fn current() -> Option<Arc<Life>> {
    LIFE.try_with(Arc::clone).ok()
}

/// Whether the current invocation has not crashed.
pub(crate) fn is_alive() -> bool {
    LIFE.try_with(|life| !life.over.load(Ordering::Relaxed)).unwrap_or(false)
}

/// Crashes the current invocation: this never returns.
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
    async fn crashed_task_executes_nothing_more() {
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
