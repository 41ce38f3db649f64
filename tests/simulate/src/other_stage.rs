//! The stage of upstream's other environment: functions of its own, with a table of its own, to which this stage passes
//! on what is not its own.

use crate::fleet::{Answer, Fleet, Heard};
use crate::options::Sabotage;
use crate::shop::{Opening, Role, Shop};
use crate::time::pause;
use axum::body::Body;
use bytes::Bytes;
use dynoxide::Database;
use functions::upstream::transport::{Transport, TransportError};
use functions::webhook::forward::OtherStage;
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// Where it is.
const ADDRESS: &str = "https://other-stage.invalid";
/// Milliseconds of the way there, and of the way back.
const TRAVEL: (u64, u64) = (5, 60);
/// Deliveries of 1,000 that do not reach it.
const LOST: u64 = 60;

/// A running stage, and the way to it.
#[derive(Debug, Clone)]
pub(crate) struct Other {
    pub(crate) fleet: Fleet,
    /// Whether the way there says that what it has lost has arrived: a mistake.
    mislays: bool,
}

impl Other {
    /// Starts the stage with what this one is opened with, over another `database`.
    pub(crate) fn start(opening: Opening<'_>, database: &Database) -> Self {
        let mislays = opening.sabotage == Some(Sabotage::Mislaid);
        let opening = Opening { database, role: Role::Other, sabotage: None, ..opening };
        Self { fleet: Fleet::launch(Shop::open(opening)), mislays }
    }

    /// What this stage passes deliveries on with.
    pub(crate) fn address(&self) -> Option<OtherStage> {
        OtherStage::over(Arc::new(self.clone()), ADDRESS, "live").ok()
    }

    async fn pass(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let shop = &self.fleet.shop;
        let dice = shop.weather.dice();
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        if shop.weather.also(LOST, "webhook: lost between the stages") {
            return match self.mislays {
                true => Ok(answer(StatusCode::NO_CONTENT, Bytes::new())),
                false => Err(TransportError::NotSent("no route".into())),
            };
        }
        let heard = self.fleet.call(request.map(Body::from)).await;
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        // A gateway answers for a function that died.
        let (status, body) = match heard {
            Heard::Answer(Answer { status, body }) => (status, body),
            Heard::Nothing => (StatusCode::BAD_GATEWAY, serde_json::Value::Null),
        };
        if status.is_success() {
            shop.tally.count("webhooks: passed on to the other stage");
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
