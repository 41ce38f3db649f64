//! The real routers without a table and an upstream: calls to both fail immediately.

use crate::{NOW, SESSION_KEY};
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use axum::body::Body;
use axum::http::{Request, Response, header};
use bytes::Bytes;
use functions::clock::{Clock, Random};
use functions::config::AllSettings;
use functions::http::cors::Origins;
use functions::placement::Approvals;
use functions::secret::{Secret, SessionKey};
use functions::secret_store::SecretStore;
use functions::secrets::{Secrets, StageKind};
use functions::session::token;
use functions::store::{Store, StoreConfig};
use functions::upstream::transport::{Transport, TransportError};
use functions::wiring::resources::Resources;
use functions::wiring::{gateway, parts};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// POST routes, and whether they need the partner's key.
const ROUTES: [(&str, bool); 4] =
    [("/v1/orders", false), ("/v1/domains/availability", false), ("/v1/quotes", false), ("/v1/sessions", true)];

/// The order proxy, as clients see it.
#[derive(Debug)]
pub struct Door {
    router: axum::Router,
    token: String,
}

impl Door {
    /// A new order proxy.
    pub fn open(clock: Clock) -> Self {
        let key = SessionKey { kid: "k".to_owned(), key: Secret::new(SESSION_KEY) };
        let claims = format!(
            r#"{{"aud":"peeker-checkout/test","sub":"a@b.co","jti":"s","exp":{},"plan":{{"bundle_id":"bun_1"}}}}"#,
            NOW + 600
        );
        let token = token::sign(claims.as_bytes(), &key).unwrap_or_default();
        let secrets = Secrets {
            session: vec![key],
            data: Some(Secret::new("a-data-key-that-follows-the-rules-000")),
            partner: vec![Secret::new("partner")],
            peeker: vec![Secret::new("pk_test_x")],
            ..Secrets::default()
        };
        let secret_store = SecretStore::fixed(secrets);
        let store = Store::with_http_client(
            StoreConfig {
                table: "t".to_owned(),
                region: "eu-central-1".to_owned(),
                endpoint: Some("http://127.0.0.1:9".to_owned()),
                credentials: Credentials::new("a", "b", None, None, "fuzz"),
                keep_personal: 30 * 24 * 60 * 60,
            },
            Nowhere,
        );
        let resources = Resources { stage: StageKind::Test, store, secret_store, clock, random: Random::system() };
        // While time stands still, no rate comes back.
        let mut settings = AllSettings::default();
        // Time stands still, so that no part of a rate comes back.
        settings.upstream.calls_per_minute = None;
        let upstream = parts::upstream(&resources, Arc::new(Nowhere), &settings.upstream);
        let proxy = parts::order_proxy(&resources, upstream, settings.shop, Approvals::default());
        let dependencies = proxy.dependencies();
        Self { router: gateway::order_proxy(proxy, dependencies, &Origins::default()), token }
    }

    /// Sends a POST to the route with this index; returns status and body.
    pub fn post(&self, route: usize, body: &[u8]) -> (u16, Bytes) {
        let (path, partner) = ROUTES.get(route % ROUTES.len()).copied().unwrap_or(("/", false));
        let credentials = if partner { "partner" } else { self.token.as_str() };
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {credentials}"))
            .body(Body::from(body.to_vec()));
        let (Ok(request), Ok(runtime)) =
            (request, tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build())
        else {
            return (500, Bytes::from_static(b"the target itself cannot run"));
        };
        runtime.block_on(async {
            let Ok(answer) = self.router.clone().oneshot(request).await;
            let status = answer.status().as_u16();
            let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
            (status, body)
        })
    }
}

/// A network without a server.
#[derive(Debug, Clone)]
struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: Request<Bytes>, _: Duration) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async { Err(TransportError::NotSent("there is no network".into())) })
    }
}

impl HttpConnector for Nowhere {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Err(ConnectorError::user("there is no network".into())))
    }
}

impl HttpClient for Nowhere {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
