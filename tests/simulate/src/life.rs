//! The life of one invocation of a function: a crash at an await drops everything that it was about to do.

use std::future::{Future, pending};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

tokio::task_local! {
    static LIFE: Arc<Life>;
}

#[derive(Debug, Default)]
struct Life {
    over: AtomicBool,
    ended: Notify,
}

/// Runs an invocation; `None`: it crashed at one of its awaits.
pub(crate) async fn live<F: Future>(invocation: F) -> Option<F::Output> {
    let life = Arc::new(Life::default());
    let watched = Arc::clone(&life);
    tokio::select! {
        biased;
        () = watched.ended.notified() => None,
        output = LIFE.scope(life, invocation) => Some(output),
    }
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
    use super::{crash, is_alive, live};
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn nothing_after_a_crash_is_done() {
        let done = AtomicU32::new(0);
        let output = live(async {
            done.fetch_add(1, Ordering::Relaxed);
            crash().await;
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(output.await, None);
        assert_eq!(done.load(Ordering::Relaxed), 1);
        assert!(!is_alive());
        assert_eq!(live(async { is_alive() }).await, Some(true));
    }
}
