//! `GET /healthz` says that the process is alive; `GET /readyz` says of each dependency whether it answers.

use crate::clock::{Clock, Timestamp};
use crate::failure::Failure;
use crate::store::Store;
use crate::upstream::Upstream;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds for which one answer of `/readyz` is given again: it is public, and each check is a call upstream with the
/// partner's key.
pub const KEPT_SECONDS: Timestamp = 30;

/// What readiness depends on. Clones share the last answer.
#[derive(Debug, Clone)]
pub struct Dependencies {
    store: Store,
    upstream: Option<Upstream>,
    clock: Clock,
    last: Arc<Mutex<Option<Report>>>,
}

/// What one check found.
#[derive(Debug, Clone)]
struct Report {
    checked_at: Timestamp,
    ready: bool,
    words: Map<String, Value>,
}

impl Dependencies {
    /// The table, and upstream for functions that speak to it.
    pub fn new(store: Store, upstream: Option<Upstream>, clock: Clock) -> Self {
        Self { store, upstream, clock, last: Arc::default() }
    }

    /// Opens the connections before the first request, so that it does not wait for them. What cannot be reached is
    /// logged here, and shown by `/readyz` and by the first request itself.
    pub async fn warm(&self) {
        self.report().await;
    }

    /// The last answer while it is fresh, or one new check. Whoever asks meanwhile waits for that check.
    async fn report(&self) -> Report {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        let fresh = |report: &&Report| (0..KEPT_SECONDS).contains(&now.saturating_sub(report.checked_at));
        if let Some(report) = last.as_ref().filter(fresh) {
            return report.clone();
        }
        let report = self.check(now).await;
        *last = Some(report.clone());
        report
    }

    async fn check(&self, now: Timestamp) -> Report {
        let store = async { self.store.ping().await.map_err(|error| error.to_string()) };
        let upstream = async {
            match &self.upstream {
                Some(upstream) => Some(upstream.environment().await.map_err(|error| error.to_string())),
                None => None,
            }
        };
        let (store, upstream) = futures::join!(store, upstream);
        let causes =
            [("dynamodb", store.as_ref().err()), ("upstream", upstream.as_ref().and_then(|u| u.as_ref().err()))];
        for (dependency, cause) in causes {
            if let Some(cause) = cause {
                tracing::warn!(dependency, error.cause = cause, "not reachable");
            }
        }
        let mut words = Map::new();
        words.insert("dynamodb".to_owned(), word(store.is_ok()).into());
        if let Some(upstream) = &upstream {
            words.insert("upstream".to_owned(), word(upstream.is_ok()).into());
            // Whether orders cost money: `test` or `live`, as upstream calls the key.
            if let Ok(environment) = upstream {
                words.insert("environment".to_owned(), environment.as_str().into());
            }
        }
        let ready = store.is_ok() && upstream.as_ref().is_none_or(Result::is_ok);
        words.insert("status".to_owned(), word(ready).into());
        Report { checked_at: now, ready, words }
    }
}

/// `GET /healthz` and `GET /readyz`.
pub fn routes(dependencies: Dependencies) -> Router {
    Router::new()
        .route("/healthz", get(async || crate::http::reply::data(StatusCode::OK, json!({"status": "alive"}))))
        .route("/readyz", get(ready))
        .with_state(dependencies)
}

async fn ready(State(dependencies): State<Dependencies>) -> Result<Response, Failure> {
    // A task of its own: when the caller goes away, the check ends all the same, and its answer is kept.
    let report = tokio::spawn(async move { dependencies.report().await }).await;
    let report = report.map_err(|_| Failure::Internal("the readiness check panicked".into()))?;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(crate::http::reply::data(status, report.words))
}

const fn word(ready: bool) -> &'static str {
    if ready { "ready" } else { "unreachable" }
}
