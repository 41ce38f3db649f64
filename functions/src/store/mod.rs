//! The table: one DynamoDB table, every access by key, every write conditional where two writers could meet.

pub mod buckets;
pub mod budget;
pub mod claim;
pub mod claiming;
mod deflate;
mod draft;
mod ended;
mod ending;
mod error;
pub mod event;
mod event_item;
mod event_plan;
pub mod forget;
mod forget_order;
mod forgetting;
mod forgotten;
pub mod guard;
pub mod import;
mod inboxes;
mod item;
pub mod list;
pub mod listing;
pub mod on_order;
pub mod open;
pub mod order;
mod order_facts;
mod order_items;
mod order_placed;
mod order_seen;
pub mod order_view;
mod order_write;
mod owner_item;
pub mod ownership;
mod pack;
mod parts;
pub mod placement;
mod placing;
pub mod quotes;
mod rate;
mod recorded;
pub mod rejected;
pub mod table;
mod take_off;
mod transact;

pub use error::StoreError;
pub use recorded::Recorded;

use crate::aws;
use crate::clock::Timestamp;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use std::time::Duration;

/// One try of one call. DynamoDB answers in milliseconds, or the connection is dead.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// All tries of one call, within the time limit of docs/upstream.md#delivery.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

/// Where the table is.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The table's name.
    pub table: String,
    /// The region.
    pub region: String,
    /// Another address than AWS's own.
    pub endpoint: Option<String>,
    /// Whose calls these are.
    pub credentials: Credentials,
    /// Seconds that drafts and the payloads of events are kept once their order is final: they name people. At least the
    /// two days in which upstream may deliver an event again.
    pub keep_personal: Timestamp,
}

/// The table, with its connections.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    keep_personal: Timestamp,
}

impl Store {
    /// Prepares a client; nothing is sent yet.
    pub fn new(config: StoreConfig) -> Self {
        Self::with_http_client(config, aws::http_client())
    }

    /// The same over another transport.
    pub fn with_http_client(
        config: StoreConfig,
        http: impl aws_smithy_runtime_api::client::http::HttpClient + 'static,
    ) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        let mut sdk = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(config.region))
            .credentials_provider(config.credentials)
            .http_client(http)
            .timeout_config(timeouts)
            .retry_config(transact::retries())
            .retry_partition(transact::allowance())
            .retry_classifier(transact::Busy);
        sdk.set_endpoint_url(config.endpoint);
        Self { client: Client::from_conf(sdk.build()), table: config.table, keep_personal: config.keep_personal }
    }

    /// One read that finds nothing: opens the connection, and tells whether the table is there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key("PING", "PING")))
            .send()
            .await
            .map(|_| ())
            .map_err(StoreError::from_sdk)
    }
}
