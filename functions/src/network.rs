//! The one HTTP client: how bytes reach DynamoDB and upstream. HTTP/1.1 only, which is all that DynamoDB speaks.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{CaptureConnection, HttpConnector as Tcp, capture_connection};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use std::sync::OnceLock;
use std::time::Duration;

/// Waiting for a connection: who is called is in the same continent, or unreachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A client with its pool of connections. Clones share the pool.
#[derive(Debug, Clone)]
pub struct Network(Client<HttpsConnector<Tcp>, SdkBody>);

impl Default for Network {
    fn default() -> Self {
        Self::new()
    }
}

impl Network {
    /// Prepares a client; nothing is sent yet.
    pub fn new() -> Self {
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        tcp.set_nodelay(true);
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls()).https_or_http().enable_http1().wrap_connector(tcp);
        // Without its timer the pool would keep connections that the other side has long closed.
        Self(Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector))
    }

    /// Sends one request. The time limit is the caller's.
    ///
    /// # Errors
    /// Those of hyper; [`Error::is_connect`] tells that nothing was sent.
    pub async fn send(&self, request: Request<SdkBody>) -> Result<Response<Incoming>, Error> {
        self.0.request(request).await
    }
}

/// The machine's root certificates take milliseconds to read: they are read once for all clients of the process.
fn tls() -> ClientConfig {
    static TLS: OnceLock<ClientConfig> = OnceLock::new();
    let read = || {
        // Another library of the process may have chosen the provider already; they choose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            tracing::warn!("this machine has no root certificates: only plain HTTP will work");
        }
        ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
    };
    TLS.get_or_init(read).clone()
}

/// The AWS SDK over this client.
impl HttpClient for Network {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Network {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let connection = capture_connection(&mut request);
        if let Some(captured) = request.extensions().get::<CaptureSmithyConnection>() {
            captured.set_connection_retriever(move || metadata(&connection));
        }
        let client = self.clone();
        HttpConnectorFuture::new(async move {
            let response = client.send(request).await.map_err(classified)?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Lets the SDK drop a connection whose answers say that its other end is in trouble.
fn metadata(connection: &CaptureConnection) -> Option<ConnectionMetadata> {
    connection.connection_metadata().as_ref()?;
    let connection = connection.clone();
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    Some(ConnectionMetadata::builder().proxied(false).poison_fn(poison).build())
}

/// What the SDK's retries go by: a broken connection is worth another try, a request that cannot be sent is not.
fn classified(error: Error) -> ConnectorError {
    let is_user = sources(&error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_user));
    let error: BoxError = error.into();
    if is_user { ConnectorError::user(error) } else { ConnectorError::io(error) }
}

fn sources<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'e (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}
