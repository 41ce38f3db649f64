//! The table: one DynamoDB table. Every access is by key, and every write has a condition where two writers could conflict.
//!
//! `key` has all keys, `condition.rs` all conditions, and `dynamo` carries calls out. Every other file or folder is one
//! entity. To add an entity:
//!
//! 1. a constructor in `key/mod.rs`, a partition in `key/index.rs` if an index lists it, and a row in ARCHITECTURE.md;
//! 2. a file with its item as a struct that serde reads and writes, and the methods of [`Store`] that callers use;
//! 3. a named condition in `condition.rs` for each rule about concurrent writers;
//! 4. if one transaction writes several items, an enum with a label for each write (`dynamo/transaction.rs`).

pub mod approval;
mod budget;
pub mod claim;
mod condition;
pub(crate) mod deflate;
mod dynamo;
pub mod endpoint;
mod error;
pub mod event;
pub mod import;

pub mod key;
pub mod list;
pub mod notification;
pub mod open;
pub mod order;
mod pack;
pub mod placement;
mod quote;
mod rate;
pub mod rejected;
pub mod retention;
pub mod spend_counter;
pub mod table;

pub use error::StoreError;

use crate::aws;
use crate::clock::Timestamp;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use std::time::Duration;

/// Time limit of one attempt. DynamoDB answers in milliseconds, or the connection is dead.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// Time limit of all attempts of one call, below the one of docs/upstream.md#delivery.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

/// Where the table is.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The name of the table.
    pub table: String,
    /// The region, such as `eu-central-1`.
    pub region: String,
    /// An address that replaces the one of AWS.
    pub endpoint: Option<String>,
    /// The credentials of the calls.
    pub credentials: Credentials,
    /// Seconds that drafts and the payloads of events, which name people, are kept after their order is final. At least the
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

    /// Prepares a client that uses another transport.
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
            .retry_config(dynamo::retry::retries())
            .retry_partition(dynamo::retry::allowance())
            .retry_classifier(dynamo::retry::Busy);
        sdk.set_endpoint_url(config.endpoint);
        Self { client: Client::from_conf(sdk.build()), table: config.table, keep_personal: config.keep_personal }
    }
}
