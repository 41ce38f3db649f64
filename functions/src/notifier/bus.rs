//! Puts a notification onto an EventBridge bus.

use crate::aws::{self, AwsAccess};
use crate::notifier::courier::Answer;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
use aws_sdk_eventbridge::config::{BehaviorVersion, Region};
use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_eventbridge::{Client, Config};
use std::time::{Duration, Instant};

/// The source of our events, for the rules of the partner.
const SOURCE: &str = "peeker-checkout";

/// A client of EventBridge.
#[derive(Debug, Clone)]
pub struct Buses(Client);

impl Buses {
    /// Prepares a client; nothing is sent yet.
    pub fn new(access: &AwsAccess) -> Self {
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(access.region.clone()))
            .credentials_provider(access.credentials.clone())
            .http_client(aws::http_client());
        config.set_endpoint_url(access.endpoint.clone());
        Self(Client::from_conf(config.build()))
    }

    /// Puts an event of type `kind` onto the bus, once.
    pub(super) async fn put(&self, arn: &str, kind: &str, detail: &str, limit: Duration) -> Answer {
        let begun = Instant::now();
        let entry = PutEventsRequestEntry::builder().source(SOURCE).detail_type(kind).detail(detail);
        let call = self.0.put_events().entries(entry.event_bus_name(arn).build()).customize();
        let limits = TimeoutConfig::builder().operation_timeout(limit).build();
        let sent = call.config_override(Config::builder().timeout_config(limits)).send().await;
        let (status, response) = match sent {
            // A refused entry is a part of a successful answer.
            Ok(answer) => match answer.entries().first().and_then(|entry| entry.error_code()) {
                Some(code) => (Some(400), code.to_owned()),
                None => (Some(200), String::new()),
            },
            Err(error) => {
                let status = error.raw_response().map(|response| response.status().as_u16());
                (status, error.code().unwrap_or("EventBridge cannot be reached").to_owned())
            }
        };
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Answer { status, milliseconds, response, retry_after: None }
    }
}
