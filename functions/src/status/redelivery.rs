//! `POST /v1/notifications/…`: delivers notifications again, under the same ids, and makes notifications for a test.

use crate::clock::{Timestamp, to_iso};
use crate::failure::Failure;
use crate::http::example::Example;
use crate::http::fields::{Body, Fields, JsonObject, OptionalObject, refuse_if_any};
use crate::http::id::Id;
use crate::http::query::{DAY_OR_TIME, day_or_time};
use crate::http::reply;
use crate::model::notification::catalogue::KINDS;
use crate::model::notification::examples::example;
use crate::model::notification::{KEEP_NOTIFICATIONS, Notification, NotificationId};
use crate::session::Partner;
use crate::status::api::StatusApi;
use crate::status::notifications::{TOO_OLD, unknown_type};
use crate::store::StoreError;
use crate::store::list::{Cursor, Place};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::ids::is_id;
use shared::schema::{Id as IdText, Time};
use std::time::Duration;
use tokio::time::Instant;

const DAY: Timestamp = 24 * 60 * 60;
/// Notifications of one read of the list: what a request has done when the table fails is not done again.
const PAGE: i32 = 25;
/// How long one call works: the function may run for 20 s.
const WORK: Duration = Duration::from_secs(12);

/// To which endpoints to deliver a notification again.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RedeliverTo {
    /// Only to the endpoint with this id. Default: to every endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) endpoint: Option<String>,
}

impl Example for RedeliverTo {
    fn example() -> Option<Self> {
        Some(Self { endpoint: Some("crm".to_owned()) })
    }
}

impl Body for RedeliverTo {}

/// A notification that was requested again, or made for a test.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RequestedNotification {
    /// Our id, `ntf_…`.
    #[schemars(with = "IdText")]
    pub(super) id: String,
    /// Type, such as `order.completed`.
    #[serde(rename = "type")]
    pub(super) kind: String,
}

pub(super) async fn one(
    State(status_api): State<StatusApi>,
    _: Partner,
    Id(id): Id,
    body: OptionalObject<RedeliverTo>,
) -> Result<Response, Failure> {
    let endpoint = read_endpoint(body.fields)?;
    let now = status_api.keys.clock.now();
    let id = NotificationId::parse(id).ok_or(Failure::NotificationNotFound)?;
    let found = status_api.store.notification(&id, now).await?.ok_or(Failure::NotificationNotFound)?;
    status_api.check_endpoint(endpoint.as_deref()).await?;
    status_api.store.redeliver(&found, endpoint.as_deref(), now).await?;
    let requested = RequestedNotification { id: id.to_string(), kind: found.kind().to_owned() };
    Ok(reply::data(StatusCode::ACCEPTED, requested))
}

/// Which notifications to deliver again.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RedeliverSince {
    /// Notifications recorded since this day or time, ISO 8601, at most 30 days ago.
    #[schemars(with = "Time")]
    pub(super) since: String,
    /// Only to the endpoint with this id. Default: to every endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) endpoint: Option<String>,
}

impl Example for RedeliverSince {
    fn example() -> Option<Self> {
        Some(Self { since: "2026-05-08T12:00:00Z".to_owned(), endpoint: Some("crm".to_owned()) })
    }
}

impl Body for RedeliverSince {}

/// How far a request to deliver notifications again came.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Redelivered {
    /// Notifications that are delivered again.
    pub(super) redelivered: u32,
    /// Whether that is all of them. `false`: repeat the request with `since`.
    pub(super) complete: bool,
    /// Where the next request continues, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub(super) since: String,
}

fn endpoint_in(fields: &mut Fields<'_>) -> Option<String> {
    let endpoint = fields.optional_string("endpoint");
    if endpoint.as_deref().is_some_and(|id| !is_id(id)) {
        fields.add_finding("endpoint", "id_invalid", "endpoint must be the id of an endpoint.");
    }
    endpoint
}

/// Reads to which endpoint to deliver a notification again.
pub(super) fn read_endpoint(body: Map<String, Value>) -> Result<Option<String>, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let endpoint = endpoint_in(&mut fields);
    fields.finish();
    refuse_if_any(findings).map(|()| endpoint)
}

/// The refusal of an endpoint that the stage does not have.
pub(super) fn unknown_endpoint() -> Failure {
    let message = "NOTIFICATION_ENDPOINTS has no endpoint with this name. A new one is known within a minute.";
    Failure::bad_field("endpoint_unknown", "endpoint", message)
}

/// Why a time is refused that has not come.
const IN_THE_FUTURE: &str = "since must not be in the future.";

/// Reads which notifications to deliver again.
pub(super) fn read(body: Map<String, Value>, now: Timestamp) -> Result<(Timestamp, Option<String>), Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let since = fields.required_string("since").and_then(|text| {
        let at = day_or_time(&text);
        match at {
            None => fields.add_finding("since", "time_invalid", DAY_OR_TIME),
            Some(at) if at < now.saturating_sub(KEEP_NOTIFICATIONS) => {
                fields.add_finding("since", "out_of_range", TOO_OLD);
            }
            Some(at) if at > now => fields.add_finding("since", "out_of_range", IN_THE_FUTURE),
            Some(_) => {}
        }
        at
    });
    let endpoint = endpoint_in(&mut fields);
    fields.finish();
    refuse_if_any(findings)?;
    let since = since.ok_or(Failure::Internal("a time passed its checks and is missing".into()))?;
    Ok((since, endpoint))
}

pub(super) async fn since(
    State(status_api): State<StatusApi>,
    _: Partner,
    body: JsonObject<RedeliverSince>,
) -> Result<Response, Failure> {
    let now = status_api.keys.clock.now();
    let (since, endpoint) = read(body.fields, now)?;
    status_api.check_endpoint(endpoint.as_deref()).await?;
    let redelivered = status_api.redeliver_since(since, endpoint.as_deref(), now).await?;
    Ok(reply::data(StatusCode::ACCEPTED, redelivered))
}

impl StatusApi {
    /// Refuses an endpoint that the stage does not have.
    async fn check_endpoint(&self, endpoint: Option<&str>) -> Result<(), Failure> {
        match endpoint {
            Some(name) if !self.store.endpoint_names().await?.iter().any(|known| known == name) => {
                Err(unknown_endpoint())
            }
            _ => Ok(()),
        }
    }

    async fn redeliver_since(
        &self,
        since: Timestamp,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<Redelivered, Failure> {
        let stop = Instant::now() + WORK;
        let (mut from, mut cursor) = (since, None::<Cursor>);
        let mut redelivered = 0_u32;
        while from <= now {
            let (count, end) = match self.redeliver_page(from, cursor.as_ref(), endpoint, now).await {
                Ok(page) => page,
                // The next request continues where the table failed.
                Err(failure) if redelivered > 0 => {
                    tracing::warn!(error.cause = %failure, "redelivery interrupted; the next request continues it");
                    break;
                }
                Err(failure) => return Err(failure.into()),
            };
            redelivered = redelivered.saturating_add(count);
            from = match &end {
                Some(end) => end.time().unwrap_or(from),
                None => from.div_euclid(DAY).saturating_add(1).saturating_mul(DAY),
            };
            cursor = end;
            if Instant::now() >= stop {
                break;
            }
        }
        Ok(Redelivered { redelivered, complete: from > now, since: to_iso(from.min(now)) })
    }

    /// The same for one page of the list: how many, and where the next page begins.
    async fn redeliver_page(
        &self,
        from: Timestamp,
        cursor: Option<&Cursor>,
        endpoint: Option<&str>,
        now: Timestamp,
    ) -> Result<(u32, Option<Cursor>), StoreError> {
        let page = self.store.list_notifications(from, now.saturating_add(1), cursor, PAGE).await?;
        let ids: Vec<_> = page.places.iter().filter_map(Place::notification_id).collect();
        let found = self.store.notifications(&ids, now).await?;
        self.store.redeliver_all(&found, endpoint, now).await?;
        Ok((u32::try_from(found.len()).unwrap_or(u32::MAX), page.end))
    }
}

/// A notification to make for a test.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TestNotification {
    /// Its type, such as `order.completed`.
    pub(super) r#type: String,
}

impl Example for TestNotification {
    fn example() -> Option<Self> {
        Some(Self { r#type: "order.completed".to_owned() })
    }
}

impl Body for TestNotification {}

/// Reads which notification to make.
pub(super) fn read_type(body: Map<String, Value>) -> Result<String, Failure> {
    let mut findings = Vec::new();
    let mut fields = Fields::new(body, "", &mut findings);
    let kind = fields.required_string("type");
    if kind.as_deref().is_some_and(|kind| !KINDS.contains(&kind)) {
        fields.add_finding("type", "type_unknown", unknown_type());
    }
    fields.finish();
    refuse_if_any(findings)?;
    kind.ok_or(Failure::Internal("a type passed its checks and is missing".into()))
}

pub(super) async fn test(
    State(status_api): State<StatusApi>,
    _: Partner,
    body: JsonObject<TestNotification>,
) -> Result<Response, Failure> {
    let kind = read_type(body.fields)?;
    let now = status_api.keys.clock.now();
    let event = example(&kind).ok_or(Failure::Internal("a type has no example".into()))?;
    let random = status_api.random.bytes().ok_or(Failure::Internal("the machine has no randomness".into()))?;
    let notification = Notification::synthetic(event, random, now);
    status_api.store.write_notification(&notification, now).await?;
    Ok(reply::data(StatusCode::CREATED, RequestedNotification { id: notification.id.to_string(), kind }))
}
