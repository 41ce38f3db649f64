//! The stage of upstream's other environment: functions of its own, with a table of its own, to which this stage passes
//! on what is not its own.

use crate::fleet::{Answer, Fleet, Heard};
use crate::shop::{Opening, Role, Shop};
use crate::time::pause;
use axum::body::Body;
use bytes::Bytes;
use dynoxide::Database;
use functions::upstream::transport::{Transport, TransportError};
use functions::webhook::forward::OtherStage;
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use std::sync::{Arc, Mutex, PoisonError};
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
    /// Events that it has taken.
    taken: Arc<Mutex<Vec<String>>>,
}

impl Other {
    /// Starts the stage with what this one is opened with, over another `database`.
    pub(crate) fn start(opening: Opening<'_>, database: &Database) -> Self {
        let opening = Opening { database, role: Role::Other, sabotage: None, ..opening };
        Self { fleet: Fleet::launch(Shop::open(opening)), taken: Arc::default() }
    }

    /// What this stage passes deliveries on with.
    pub(crate) fn address(&self) -> Option<OtherStage> {
        OtherStage::over(Arc::new(self.clone()), ADDRESS, "live").ok()
    }

    /// Events that it has taken.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn pass(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let shop = &self.fleet.shop;
        let dice = shop.weather.dice();
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        if shop.weather.also(LOST, "webhook: lost between the stages") {
            return Err(TransportError::NotSent("no route".into()));
        }
        let event = request.headers().get("peeker-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let heard = self.fleet.call(request.map(Body::from)).await;
        pause(dice.between(TRAVEL.0, TRAVEL.1)).await;
        // A gateway answers for a function that died.
        let (status, body) = match heard {
            Heard::Answer(Answer { status, body }) => (status, body),
            Heard::Nothing => (StatusCode::BAD_GATEWAY, serde_json::Value::Null),
        };
        if status.is_success() {
            shop.tally.count("webhooks: passed on to the other stage");
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).extend(event);
        }
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
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
