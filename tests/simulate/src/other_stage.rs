//! The stage of upstream's other environment: separate functions with a separate table, to which this stage forwards
//! deliveries.

use crate::fleet::{Answer, Fleet, Heard};
use crate::options::Sabotage;
use crate::shop::{Opening, Role, Shop};
use crate::time::pause;
use axum::body::Body;
use bytes::Bytes;
use dynoxide::Database;
use functions::upstream::transport::{Transport, TransportError};
use functions::webhook::forward::{OtherStage, WebhookUrl};
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// URL of the stage.
const ADDRESS: &str = "https://other-stage.invalid";
/// Milliseconds of latency in each direction: minimum and maximum.
const TRAVEL: (u64, u64) = (5, 60);
/// Deliveries per 1,000 that do not reach it.
const LOST: u64 = 60;

/// A running stage, and the transport to it.
#[derive(Debug, Clone)]
pub(crate) struct Other {
    pub(crate) fleet: Fleet,
    /// Whether the transport acknowledges lost deliveries: a deliberate mistake.
    loses_forwarded: bool,
}

impl Other {
    /// Starts the stage with the options of this one, on another `database`.
    pub(crate) fn start(opening: Opening<'_>, database: &Database) -> Self {
        let loses_forwarded = opening.sabotage == Some(Sabotage::LostForward);
        let opening = Opening { database, role: Role::Other, sabotage: None, ..opening };
        Self { fleet: Fleet::launch(Shop::open(opening)), loses_forwarded }
    }

    /// The client with which this stage forwards deliveries.
    pub(crate) fn address(&self) -> Option<OtherStage> {
        let url = WebhookUrl::parse(ADDRESS).ok()?;
        Some(OtherStage::over(Arc::new(self.clone()), url, "live"))
    }

    async fn pass(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let shop = &self.fleet.shop;
        let dice = shop.faults.dice();
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        if shop.faults.happens(LOST, "webhook: lost between the stages") {
            return match self.loses_forwarded {
                true => Ok(answer(StatusCode::NO_CONTENT, Bytes::new())),
                false => Err(TransportError::NotSent("no route".into())),
            };
        }
        let heard = self.fleet.call(request.map(Body::from)).await;
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        // A gateway responds for a crashed function.
        let (status, body) = match heard {
            Heard::Answer(Answer { status, body, .. }) => (status, body),
            Heard::Nothing => (StatusCode::BAD_GATEWAY, serde_json::Value::Null),
        };
        if status.is_success() {
            shop.tally.count("webhooks: forwarded to the other stage");
        }
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        Ok(answer(status, body))
    }
}

fn answer(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

impl Transport for Other {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let answer = tokio::time::timeout(timeout, self.pass(request)).await;
            answer.unwrap_or_else(|_| Err(TransportError::TimedOut("too slow".into())))
        })
    }
}
