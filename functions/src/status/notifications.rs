//! `GET /v1/notifications`: what the partner's backend was told, and each attempt to tell it; oldest first, so that
//! `peeker events listen` continues where it stopped.

use crate::clock::{Timestamp, to_iso};
use crate::failure::Failure;
use crate::http::page::{DEFAULT_PER_PAGE, MAX_PER_PAGE};
use crate::http::query::{ListId, Parameters, token_of};
use crate::http::reply;
use crate::model::notification::KEEP_NOTIFICATIONS;
use crate::model::notification::catalogue::KINDS;
use crate::session::Partner;
use crate::status::api::StatusApi;
use crate::store::list::{Cursor, Place};
use crate::store::notification::{Attempt, StoredNotification};
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::schema::Time;

pub(super) const PATH: &str = "/v1/notifications";
const DAY: Timestamp = 24 * 60 * 60;
/// Pages of the index that one call reads: one for each day, and a few to spare.
const MAX_READS: u32 = 40;
/// Bytes of rows in one page: an answer of Lambda's has at most 6 MB.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Which notifications to list.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct NotificationFilters {
    /// Only notifications recorded since this day or time, ISO 8601, at most 30 days ago. Default: a day ago.
    since: Option<String>,
    /// Only notifications of this type, such as `order.completed`.
    r#type: Option<String>,
    /// Maximum rows per page; a page may have fewer.
    #[schemars(range(min = 1, max = MAX_PER_PAGE), extend("default" = DEFAULT_PER_PAGE))]
    per_page: Option<u32>,
    /// Value of `page_token` in `links.next`, unchanged.
    page_token: Option<String>,
}

/// A notification, and how it was delivered.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Notification")]
pub(super) struct NotificationRow {
    /// Our id, `ntf_…`: the `webhook-id` of every delivery.
    pub(super) id: String,
    /// Type, such as `order.completed`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// When it happened, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub(super) timestamp: String,
    /// When it was recorded, ISO 8601 in UTC: what `since` compares.
    #[schemars(with = "Time")]
    pub(super) recorded_at: String,
    /// Version of the body.
    pub(super) version: u32,
    /// `true` for a notification that was made for a test; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) test: bool,
    /// Data of the type, described in `docs/notifications`.
    pub(super) data: Map<String, Value>,
    /// Every attempt to deliver it, oldest first.
    pub(super) attempts: Vec<AttemptRow>,
}

/// An attempt to deliver a notification.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotificationAttempt")]
pub(super) struct AttemptRow {
    /// Id of the endpoint.
    pub(super) endpoint: String,
    /// When it began, ISO 8601 in UTC.
    #[schemars(with = "Time")]
    pub(super) at: String,
    /// Status of the answer; `null` without one.
    pub(super) status: Option<u16>,
    /// Milliseconds until the answer, or until it was given up.
    pub(super) ms: u64,
    /// The first kilobyte of the answer, or why there is none.
    pub(super) response: String,
}

impl From<&Attempt> for AttemptRow {
    fn from(attempt: &Attempt) -> Self {
        let Attempt { endpoint, at, status, ms, response } = attempt.clone();
        Self { endpoint, at: to_iso(at), status, ms, response }
    }
}

impl NotificationRow {
    /// The row of `found`, with links to orders as the stage has them.
    pub(super) fn of(found: &StoredNotification, order_link: Option<&str>) -> Result<Self, Failure> {
        let body = found.body(order_link);
        let not_json = |_| Failure::Internal("a notification is not JSON".into());
        let event = serde_json::to_value(&body.event).map_err(not_json)?;
        let data = event.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
        Ok(Self {
            id: found.id().to_string(),
            kind: found.kind().to_owned(),
            timestamp: body.timestamp,
            recorded_at: to_iso(found.recorded_at()),
            version: body.version,
            test: body.test,
            data,
            attempts: found.attempts.iter().map(AttemptRow::from).collect(),
        })
    }
}

/// The start of a list: no older than what is kept.
pub(super) fn since<Q>(parameters: &mut Parameters<Q>, text: Option<&str>, now: Timestamp) -> Timestamp {
    let since = parameters.time("since", text).unwrap_or_else(|| now.saturating_sub(DAY));
    if since < now.saturating_sub(KEEP_NOTIFICATIONS) {
        parameters.add_finding("since", "out_of_range", TOO_OLD);
    }
    since
}

pub(super) const TOO_OLD: &str = "since must be at most 30 days ago: notifications are not kept longer.";

/// The type that is asked for: one of the catalogue.
pub(super) fn kind_of<Q>(parameters: &mut Parameters<Q>) -> Option<String> {
    let kind = parameters.take("type")?;
    if !KINDS.contains(&kind.as_str()) {
        parameters.add_finding("type", "type_unknown", unknown_type());
    }
    Some(kind)
}

/// What to do about a word that is no type.
pub(super) fn unknown_type() -> String {
    format!("type must be one of {}.", KINDS.join(", "))
}

pub(super) async fn notifications(
    State(status_api): State<StatusApi>,
    _: Partner,
    mut parameters: Parameters<NotificationFilters>,
) -> Result<Response, Failure> {
    let now = status_api.keys.clock.now();
    let text = parameters.take("since");
    let since = since(&mut parameters, text.as_deref(), now);
    let kind = kind_of(&mut parameters);
    let per_page = parameters.per_page();
    let filters = [("since", text.as_deref()), ("type", kind.as_deref())];
    let list = ListId::new(PATH, &filters);
    let cursor: Option<Cursor> = parameters.page_token(&list, |cursor: &Cursor| {
        let is_place = cursor.pk.is_empty() || cursor.notification_id().is_some();
        is_place && cursor.time().is_some_and(|at| at >= since)
    });
    parameters.finish()?;
    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    let walk = Walk { now, until: now.saturating_add(DAY), from: since, cursor };
    let (rows, end) = status_api.rows(walk, kind.as_deref(), most).await?;
    let next = end.as_ref().and_then(|cursor| token_of(list, cursor));
    let filters: Vec<(&str, &str)> = filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(reply::page(PATH, &filters, per_page, &rows, next.as_deref()))
}

/// A walk through the days of a list.
struct Walk {
    now: Timestamp,
    until: Timestamp,
    from: Timestamp,
    cursor: Option<Cursor>,
}

impl StatusApi {
    /// Up to `most` rows, and where the list goes on.
    async fn rows(
        &self,
        walk: Walk,
        kind: Option<&str>,
        most: usize,
    ) -> Result<(Vec<NotificationRow>, Option<Cursor>), Failure> {
        let Walk { now, until, from, mut cursor } = walk;
        let mut from = cursor.as_ref().and_then(Cursor::time).map_or(from, |at| at.max(from));
        let (mut rows, mut bytes, mut reads) = (Vec::new(), 0_usize, 0);
        while from < until && rows.len() < most && reads < MAX_READS {
            reads += 1;
            let left = i32::try_from(most.saturating_sub(rows.len())).unwrap_or(i32::MAX);
            let after = cursor.as_ref().filter(|cursor| !cursor.pk.is_empty());
            let page = self.store.list_notifications(from, until, after, left).await?;
            let ids: Vec<_> = page.places.iter().filter_map(Place::notification_id).collect();
            let found = self.store.notifications(&ids, now).await?;
            for place in &page.places {
                let found = found.iter().find(|found| Some(found.id()) == place.notification_id().as_ref());
                let Some(found) = found.filter(|found| kind.is_none_or(|kind| found.kind() == kind)) else {
                    continue;
                };
                let row = NotificationRow::of(found, self.order_link.as_deref())?;
                bytes = bytes.saturating_add(serde_json::to_vec(&row).map_or(0, |json| json.len()));
                rows.push(row);
                if bytes > PAGE_BYTES {
                    return Ok((rows, Some(place.cursor(""))));
                }
            }
            match page.end {
                Some(end) => cursor = Some(end),
                None => {
                    from = from.div_euclid(DAY).saturating_add(1).saturating_mul(DAY);
                    cursor = Some(Cursor { bucket: String::new(), at: to_iso(from), pk: String::new() });
                }
            }
        }
        Ok((rows, cursor.filter(|_| from < until)))
    }
}
