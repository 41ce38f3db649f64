//! The part that clients of AWS services share: the SDK's own HTTP client, with ring for TLS.

use aws_credential_types::Credentials;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// What a client of a service needs to reach it.
#[derive(Debug, Clone)]
pub struct AwsAccess {
    /// The region.
    pub region: String,
    /// Another address than AWS's own.
    pub endpoint: Option<String>,
    /// The credentials of the calls.
    pub credentials: Credentials,
}

/// A client with its own pool of connections. It uses no proxy, whatever the environment says.
pub(crate) fn http_client() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}
