//! Updates that must not happen twice: a counter goes down at most once.

use crate::store::dynamo::update::Update;
use crate::store::error::was_written;
use crate::store::{Store, StoreError};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use std::time::Duration;

/// Attempts of one update; with the pauses between them they take up to 3 s.
const ATTEMPTS: u32 = 7;
/// The first pause; each later one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Codes of DynamoDB for an update that it did not carry out, and may a moment later.
const NOT_DONE: [&str; 4] = [
    "TransactionConflictException",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
];

impl Store {
    /// Carries out `update`, and retries only when it certainly was not carried out. The SDK would also retry after a lost
    /// answer. `false`: the condition did not hold.
    ///
    /// # Errors
    /// [`StoreError`]; the update may have happened all the same.
    pub(crate) async fn update_at_most_once(&self, update: Update) -> Result<bool, StoreError> {
        let call = self.update_call(update)?;
        let mut pause = FIRST_PAUSE;
        for _ in 0..ATTEMPTS {
            let once = aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled());
            let done = call.clone().customize().config_override(once).send().await;
            match done.as_ref().map_err(ProvideErrorMetadata::code) {
                Err(Some(code)) if NOT_DONE.contains(&code) => tokio::time::sleep(pause).await,
                _ => return was_written(done),
            }
            pause = pause.saturating_mul(2);
        }
        Err(StoreError::Contended)
    }
}

#[cfg(test)]
mod tests {
    use super::{ATTEMPTS, NOT_DONE};
    use crate::clock::Timestamp;
    use crate::store::{Store, StoreConfig};
    use aws_credential_types::Credentials;
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use shared::ids::SessionId;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A table that refuses every call with a code.
    #[derive(Debug, Clone)]
    struct Refusing {
        status: u16,
        code: &'static str,
        calls: Arc<AtomicU32>,
    }

    impl HttpConnector for Refusing {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            self.calls.fetch_add(1, Ordering::Relaxed);
            let body = SdkBody::from(format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{}"}}"#, self.code));
            let status = StatusCode::try_from(self.status).map_err(|error| ConnectorError::user(error.into()));
            HttpConnectorFuture::ready(status.map(|status| HttpResponse::new(status, body)))
        }
    }

    impl HttpClient for Refusing {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    /// Calls that returning a part of a budget makes.
    async fn calls(status: u16, code: &'static str) -> u32 {
        let table = Refusing { status, code, calls: Arc::default() };
        let config = StoreConfig {
            table: "table".to_owned(),
            region: "eu-central-1".to_owned(),
            endpoint: Some("http://table.invalid".to_owned()),
            credentials: Credentials::new("key", "secret", None, None, "test"),
            keep_personal: Timestamp::MAX,
        };
        let store = Store::with_http_client(config, table.clone());
        let session = SessionId::parse("ses_1").expect("an id");
        assert!(store.give_calls_back(&session, 3, 0).await.is_err());
        table.calls.load(Ordering::Relaxed)
    }

    #[tokio::test(start_paused = true)]
    async fn retries_only_requests_that_were_not_executed() {
        assert_eq!(calls(500, "InternalServerError").await, 1);
        for code in NOT_DONE {
            assert_eq!(calls(400, code).await, ATTEMPTS, "{code}");
        }
    }
}
