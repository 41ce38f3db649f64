//! The courier of a stage: addresses over the network, and buses of AWS.

use crate::notifier::bus::Buses;
use crate::notifier::courier::{Answer, Courier, Letter};
use crate::notifier::network::Network;
use futures::future::BoxFuture;
use std::time::Duration;

/// The courier of a stage.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The connections to addresses.
    pub network: Network,
    /// The buses; `None` on one machine.
    pub buses: Option<Buses>,
}

impl Courier for Outside {
    fn carry(&self, letter: Letter, limit: Duration) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            match (letter, &self.buses) {
                (Letter::Signed(letter), _) => self.network.send(letter, limit).await,
                (Letter::Bus { arn, kind, detail }, Some(buses)) => buses.put(&arn, kind, &detail, limit).await,
                (Letter::Bus { .. }, None) => {
                    let response = "there are no buses here".to_owned();
                    Answer { status: None, milliseconds: 0, response, retry_after: None }
                }
            }
        })
    }
}
