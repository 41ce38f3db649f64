//! `GET /healthz` says that the process is alive; `GET /readyz` says of each dependency whether it answers.

use crate::store::Store;
use crate::upstream::Upstream;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, json};

/// What readiness depends on.
#[derive(Debug, Clone)]
pub struct Dependencies {
    /// The table.
    pub store: Store,
    /// Upstream, for functions that speak to it.
    pub upstream: Option<Upstream>,
}

impl Dependencies {
    /// Opens the connections before the first request, so that it does not wait for them. Failures are told by
    /// `/readyz` and by the first request itself.
    pub async fn warm(&self) {
        let store = async { self.store.ping().await.map_err(|error| error.to_string()) };
        let upstream = async {
            match &self.upstream {
                Some(upstream) => upstream.environment().await.map(|_| ()).map_err(|error| error.to_string()),
                None => Ok(()),
            }
        };
        let (store, upstream) = futures::join!(store, upstream);
        for (dependency, outcome) in [("dynamodb", store), ("upstream", upstream)] {
            if let Err(cause) = outcome {
                tracing::warn!(dependency, error.cause = cause, "not reachable at start");
            }
        }
    }
}

/// `GET /healthz` and `GET /readyz`.
pub fn routes(dependencies: Dependencies) -> Router {
    Router::new()
        .route("/healthz", get(async || crate::http::reply::data(StatusCode::OK, json!({"status": "alive"}))))
        .route("/readyz", get(ready))
        .with_state(dependencies)
}

async fn ready(State(dependencies): State<Dependencies>) -> Response {
    let store = async { dependencies.store.ping().await.is_ok() };
    let upstream = async {
        match &dependencies.upstream {
            Some(upstream) => Some(upstream.environment().await.ok()),
            None => None,
        }
    };
    let (store, upstream) = futures::join!(store, upstream);
    let mut report = Map::new();
    report.insert("dynamodb".to_owned(), word(store).into());
    if let Some(upstream) = &upstream {
        report.insert("upstream".to_owned(), word(upstream.is_some()).into());
        // Whether orders cost money: `test` or `live`, as upstream calls the key.
        if let Some(environment) = upstream {
            report.insert("environment".to_owned(), environment.as_str().into());
        }
    }
    let all = store && upstream.as_ref().is_none_or(Option::is_some);
    report.insert("status".to_owned(), word(all).into());
    crate::http::reply::data(if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, report)
}

const fn word(ready: bool) -> &'static str {
    if ready { "ready" } else { "unreachable" }
}
