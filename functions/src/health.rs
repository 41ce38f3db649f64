//! `GET /healthz`: liveness of the process; `GET /readyz`: readiness of each dependency.

use crate::clock::{Clock, Timestamp};
use crate::failure::Failure;
use crate::http::describe::Describe;
use crate::http::example::Example;
use crate::http::route::{Routes, get};
use crate::store::Store;
use crate::upstream::Upstream;
use aide::transform::TransformOperation;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds for which one answer of `/readyz` is given again: it is public, and each check is a call upstream with the
/// partner's key.
pub const KEPT_SECONDS: Timestamp = 30;

/// The dependencies that readiness checks. Clones share the last result.
#[derive(Debug, Clone)]
pub struct Dependencies {
    store: Store,
    upstream: Option<Upstream>,
    clock: Clock,
    last: Arc<Mutex<Option<Report>>>,
}

/// The result of one check.
#[derive(Debug, Clone)]
struct Report {
    checked_at: Timestamp,
    ready: bool,
    words: Ready,
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

    /// The cached result while it is fresh, or one new check, which concurrent callers share.
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
                tracing::warn!(dependency, error.cause = cause, "dependency unavailable");
            }
        }
        let ready = store.is_ok() && upstream.as_ref().is_none_or(Result::is_ok);
        let words = Ready {
            status: word(ready),
            dynamodb: word(store.is_ok()),
            upstream: upstream.as_ref().map(|upstream| word(upstream.is_ok())),
            environment: upstream
                .as_ref()
                .and_then(|upstream| upstream.as_ref().ok())
                .map(|kind| kind.as_str().to_owned()),
        };
        Report { checked_at: now, ready, words }
    }
}

/// `GET /healthz` and `GET /readyz`, to be served or to be described.
pub fn list<R: Routes<Dependencies>>(routes: R) -> R {
    routes.route("/healthz", get(alive, docs_of_alive)).route("/readyz", get(ready, docs_of_ready))
}

/// `GET /healthz` and `GET /readyz`, served.
pub fn routes(dependencies: Dependencies) -> Router {
    list(Router::new()).with_state(dependencies)
}

fn docs_of_alive(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route.id("alive").tag("anyone").summary("Liveness check").answer::<Alive>(StatusCode::OK, "The process is running.")
}

fn docs_of_ready(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("ready")
        .tag("anyone")
        .summary("Readiness check")
        .answer::<Ready>(StatusCode::OK, "All dependencies respond.")
        .answer::<Ready>(StatusCode::SERVICE_UNAVAILABLE, "A dependency does not respond.")
}

/// The process is alive.
#[derive(Serialize, JsonSchema)]
struct Alive {
    /// Always `alive`.
    #[schemars(extend("const" = "alive"))]
    status: &'static str,
}

const ALIVE: Alive = Alive { status: "alive" };

/// Status of each dependency.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Ready {
    /// `ready` if all dependencies respond, `unreachable` otherwise.
    status: &'static str,
    /// `ready` or `unreachable`.
    dynamodb: &'static str,
    /// `ready` or `unreachable`; absent if upstream was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream: Option<&'static str>,
    /// Environment of the upstream key: `test`, or `live`, where orders cost money.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
}

impl Example for Alive {
    fn example() -> Option<Self> {
        Some(ALIVE)
    }
}

impl Example for Ready {
    fn example() -> Option<Self> {
        let ready = word(true);
        Some(Self { status: ready, dynamodb: ready, upstream: Some(ready), environment: Some("test".to_owned()) })
    }
}

async fn alive() -> Response {
    crate::http::reply::data(StatusCode::OK, ALIVE)
}

async fn ready(State(dependencies): State<Dependencies>) -> Result<Response, Failure> {
    // A separate task: if the caller disconnects, the check still finishes, and its result is cached.
    let report = tokio::spawn(async move { dependencies.report().await }).await;
    let report = report.map_err(|_| Failure::Internal("the readiness check panicked".into()))?;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(crate::http::reply::data(status, report.words))
}

const fn word(ready: bool) -> &'static str {
    if ready { "ready" } else { "unreachable" }
}
