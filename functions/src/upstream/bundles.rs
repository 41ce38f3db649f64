//! The partner's bundles upstream: order sizes with the domains that they require.

use crate::clock::Timestamp;
use crate::times;
use crate::upstream::call::Call;
use crate::upstream::envelope::Envelope;
use crate::upstream::{Upstream, UpstreamError};
use axum::http::{Method, StatusCode};
use bytes::Bytes;
use futures::TryStreamExt;
use serde_json::{Map, Value};
use shared::ids::BundleId;
use std::pin::pin;

/// Seconds by which upstream's clock may be behind ours when a bundle "since then" is looked for.
const LOOK_BACK: Timestamp = 5 * 60;

/// Fields of a bundle that are passed on. Prices are not: docs/upstream.md#bundle-prices.
const FIELDS: [&str; 11] = [
    "id",
    "name",
    "monthly_sending_volume",
    "google_percent",
    "microsoft_percent",
    "send_on_weekends",
    "google_inboxes_per_domain",
    "status",
    "effective",
    "required_domains",
    "created_at",
];

/// A page of bundles.
#[derive(Debug)]
pub struct BundlePage {
    /// Bundle by bundle.
    pub rows: Vec<Value>,
    /// The token of the next page.
    pub next: Option<String>,
}

impl Upstream {
    /// One page of bundles.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn bundles(&self, query: &[(&str, &str)]) -> Result<BundlePage, UpstreamError> {
        let page = self.call(&Call { query, ..Call::get("/bundles") }).await?;
        let rows = page.data.as_array().into_iter().flatten().map(shown).collect();
        Ok(BundlePage { rows, next: page.next.as_deref().and_then(super::paging::page_token) })
    }

    /// One bundle.
    ///
    /// # Errors
    /// Any [`UpstreamError`]; unreadable when it lacks its required domains (docs/upstream.md#required-domains).
    pub async fn bundle_shown(&self, id: &BundleId) -> Result<Value, UpstreamError> {
        whole(self.call(&Call::get(format!("/bundles/{id}"))).await?)
    }

    /// Creates a bundle. Upstream does not detect duplicate bundles, so one whose response was lost is searched for by
    /// its name, and sent again only when the first request is over and made nothing.
    ///
    /// # Errors
    /// Any [`UpstreamError`]. After [`UpstreamError::NoAnswer`] the bundle may still appear.
    pub async fn create_bundle(&self, bundle: &Map<String, Value>, now: Timestamp) -> Result<Value, UpstreamError> {
        let body = Bytes::from(Value::Object(bundle.clone()).to_string());
        let call = Call::post("/bundles", body);
        let error = match self.call(&call).await {
            Ok(answer) => return whole(answer),
            Err(error) if error.is_certain() => return Err(error),
            Err(error) => error,
        };
        tracing::warn!(
            upstream.request_id = error.request_id(),
            error.cause = %error,
            "outcome of creating a bundle unknown"
        );
        if let Some(found) = self.bundle_like(bundle, now.saturating_sub(LOOK_BACK)).await? {
            return Ok(found);
        }
        match error {
            // It may still be at work on the first.
            UpstreamError::NoAnswer(_)
            | UpstreamError::Refused { .. }
            | UpstreamError::Failed { status: StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT, .. } => {
                Err(error)
            }
            _ => whole(self.call(&call).await?),
        }
    }

    async fn bundle_like(&self, wanted: &Map<String, Value>, since: Timestamp) -> Result<Option<Value>, UpstreamError> {
        let mut pages = pin!(self.pages("/bundles", vec![("status".to_owned(), "active".to_owned())]));
        while let Some(page) = pages.try_next().await? {
            for bundle in page.rows {
                let same = wanted.iter().all(|(key, value)| bundle.get(key) == Some(value));
                let created = bundle.get("created_at").and_then(times::read);
                if same && created.is_some_and(|at| at >= since) {
                    return Ok(Some(shown(&bundle)));
                }
            }
        }
        Ok(None)
    }

    /// Changes a bundle.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn change_bundle(&self, id: &BundleId, change: &Map<String, Value>) -> Result<Value, UpstreamError> {
        let body = Bytes::from(Value::Object(change.clone()).to_string());
        let call = Call { body: Some(body), ..Call::new(Method::PATCH, format!("/bundles/{id}")) };
        let answer = self.call(&call).await;
        self.plans.forget(id);
        whole(answer?)
    }

    /// Deletes a bundle that no order used, or archives it; the status says which.
    ///
    /// # Errors
    /// Any [`UpstreamError`].
    pub async fn delete_bundle(&self, id: &BundleId) -> Result<Value, UpstreamError> {
        let answer = self.call(&Call::new(Method::DELETE, format!("/bundles/{id}"))).await;
        self.plans.forget(id);
        let data = answer?.data;
        // Only these two are the same in both forms of the answer: docs/upstream.md#bundle-deletion.
        let of = |key: &str| data.get(key).cloned().unwrap_or_default();
        Ok(Value::Object(Map::from_iter([("id".to_owned(), of("id")), ("status".to_owned(), of("status"))])))
    }
}

fn shown(bundle: &Value) -> Value {
    let field = |name: &&str| Some(((*name).to_owned(), bundle.get(*name)?.clone()));
    Value::Object(FIELDS.iter().filter_map(field).collect())
}

fn whole(answer: Envelope) -> Result<Value, UpstreamError> {
    if answer.data.pointer("/required_domains/total").is_some_and(Value::is_u64) {
        return Ok(shown(&answer.data));
    }
    tracing::error!(
        alarm = "upstream_edition",
        upstream.request_id = answer.request_id,
        "bundle lacks required_domains"
    );
    Err(UpstreamError::Unreadable { status: StatusCode::OK, request_id: answer.request_id })
}
