//! Attempts that are to be made later: messages of a queue, delayed up to 15 minutes. The table has every attempt that is
//! due, and the schedule finds it there: a message only makes it earlier.

use crate::aws::{self, AwsAccess};
use crate::clock::Timestamp;
use crate::model::notification::NotificationId;
use aws_sdk_sqs::config::{BehaviorVersion, Region};
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::{Client, Config};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest delay of a message.
pub const MAX_DELAY: Timestamp = 15 * 60;

/// That a notification is to be sent to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// The notification.
    pub notification: NotificationId,
    /// The name of the endpoint.
    pub endpoint: String,
}

/// Brings a reminder back later.
pub trait Later: fmt::Debug + Send + Sync {
    /// Brings `reminder` back after `seconds`. A failure is logged: the schedule replaces the reminder.
    fn remind(&self, reminder: Reminder, seconds: Timestamp) -> BoxFuture<'_, ()>;
}

/// A queue of SQS.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    /// Prepares a client; nothing is sent yet.
    pub fn new(access: &AwsAccess, url: String) -> Self {
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(access.region.clone()))
            .credentials_provider(access.credentials.clone())
            .http_client(aws::http_client());
        config.set_endpoint_url(access.endpoint.clone());
        Self { client: Client::from_conf(config.build()), url }
    }

    async fn send(&self, reminder: Reminder, seconds: Timestamp) {
        let Ok(body) = serde_json::to_string(&reminder) else {
            return;
        };
        let delay = i32::try_from(seconds.clamp(0, MAX_DELAY)).unwrap_or_default();
        // The group makes the queue fair: messages of an endpoint that takes long do not stand before those of others.
        let message = self.client.send_message().queue_url(&self.url).message_body(body).delay_seconds(delay);
        if let Err(error) = message.message_group_id(&reminder.endpoint).send().await {
            let cause = error.code().unwrap_or("SQS cannot be reached").to_owned();
            tracing::warn!(
                endpoint = reminder.endpoint,
                error.cause = cause,
                "attempt not queued; the schedule makes it"
            );
        }
    }
}

impl Later for Queue {
    fn remind(&self, reminder: Reminder, seconds: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(self.send(reminder, seconds))
    }
}
