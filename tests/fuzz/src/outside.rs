//! The real routers with nothing behind them: table and upstream are out of reach, and say so at once.

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
use functions::gateway;
use functions::http::cors::Origins;
use functions::order_proxy::{Offer, Proxy};
use functions::secret::{Secret, SessionKey};
use functions::secrets::{Secrets, StageKind};
use functions::session::{Keys, token};
use functions::store::guard::Limit;
use functions::store::{Store, StoreConfig};
use functions::upstream::transport::{Transport, TransportError};
use functions::upstream::{Upstream, UpstreamConfig};
use functions::vault::Vault;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// What may be posted, and with whose credentials.
const ROUTES: [(&str, bool); 4] =
    [("/v1/orders", false), ("/v1/domains/availability", false), ("/v1/quotes", false), ("/v1/sessions", true)];

/// The order proxy, reachable from outside only.
#[derive(Debug)]
pub struct Door {
    router: axum::Router,
    token: String,
}

impl Door {
    /// A proxy of its own.
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
        let vault = Vault::fixed(secrets);
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
        let config = UpstreamConfig {
            base_url: "http://nowhere".to_owned(),
            vault: vault.clone(),
            availability_batch: 25,
            calls_per_minute: None,
            clock: clock.clone(),
            random: Random::system(),
        };
        let none = Limit { orders: None, cents: None };
        let proxy = Proxy {
            store,
            upstream: Upstream::over(Arc::new(Nowhere), config),
            keys: Keys { vault, clock: clock.clone(), stage: StageKind::Test },
            offer: Offer {
                tlds: Arc::default(),
                orders_enabled: true,
                session_calls: 300,
                customer_daily: none,
                partner_daily: none,
                import_poll_seconds: 60,
            },
            clock,
            random: Random::system(),
        };
        let dependencies = proxy.dependencies();
        Self { router: gateway::order_proxy(proxy, dependencies, &Origins::default()), token }
    }

    /// Status and body of the answer to a post on the route of that number.
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

/// A network that is not there.
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
