//! `GET /v1/events`: what upstream sent, oldest first, so that it can be delivered again.

use crate::clock::Timestamp;
use crate::failure::Failure;
use crate::http::page::{DEFAULT_PER_PAGE, MAX_PER_PAGE};
use crate::http::query::{ListId, Parameters, token_of};
use crate::http::reply;
use crate::session::Partner;
use crate::status::api::StatusApi;
use crate::store::event::Room;
use crate::store::list::Cursor;
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;

/// Longest span of one list: events are not kept much longer.
const MAX_SPAN: Timestamp = 366 * DAY;
const DAY: Timestamp = 24 * 60 * 60;
/// Pages of the index that one call reads.
const MAX_READS: u32 = 40;
/// Bytes of payloads in one page: an answer of Lambda's has at most 6 MB.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// Which events to list.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "names and describes the parameters")]
pub(super) struct EventFilters {
    /// Only events since this day or time, ISO 8601. Default: a day ago.
    from: Option<String>,
    /// Only events before this day or time, ISO 8601. Default: tomorrow.
    to: Option<String>,
    /// Only events of this type, such as `order.completed`.
    r#type: Option<String>,
    /// Maximum rows per page; a page may have fewer.
    #[schemars(range(min = 1, max = MAX_PER_PAGE), extend("default" = DEFAULT_PER_PAGE))]
    per_page: Option<u32>,
    /// Value of `page_token` in `links.next`, unchanged.
    page_token: Option<String>,
}

/// Which spans can be listed.
pub(super) const SPAN: &str = "to must be after from, at most 366 days later.";

pub(super) async fn events(
    State(status_api): State<StatusApi>,
    _: Partner,
    mut parameters: Parameters<EventFilters>,
) -> Result<Response, Failure> {
    let now = status_api.keys.clock.now();
    let texts = [parameters.take("from"), parameters.take("to")];
    let from = parameters.time("from", texts[0].as_deref()).unwrap_or_else(|| now.saturating_sub(DAY));
    let to = parameters.time("to", texts[1].as_deref()).unwrap_or_else(|| now.saturating_add(DAY));
    let kind = parameters.word("type");
    if to <= from || to.saturating_sub(from) > MAX_SPAN {
        parameters.add_finding("to", "out_of_range", SPAN);
    }
    let per_page = parameters.per_page();
    let filters = [("from", texts[0].as_deref()), ("to", texts[1].as_deref()), ("type", kind.as_deref())];
    let list = ListId::new("/v1/events", &filters);
    let cursor: Option<Cursor> = parameters.page_token(&list, |cursor: &Cursor| {
        let is_place = cursor.pk.is_empty() || cursor.event_id().is_some();
        is_place && cursor.time().is_some_and(|at| at >= from && at < to)
    });
    parameters.finish()?;

    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    // Where to continue: in the day of the cursor, or at the start of the span.
    let mut from = cursor.as_ref().and_then(Cursor::time).map_or(from, |at| at.max(from));
    let mut cursor = cursor;
    let mut rows = Vec::new();
    let mut room = Room::new(PAGE_BYTES);
    let mut reads = 0;
    while from < to && rows.len() < most && reads < MAX_READS {
        reads += 1;
        let left = i32::try_from(most.saturating_sub(rows.len())).unwrap_or(i32::MAX);
        let page = status_api
            .store
            .list_events(from, to, cursor.as_ref().filter(|cursor| !cursor.pk.is_empty()), left)
            .await?;
        let mut found = status_api.store.events(&page.places, kind.as_deref(), &mut room, now).await?;
        rows.append(&mut found.rows);
        if found.read < page.places.len() {
            cursor = found
                .read
                .checked_sub(1)
                .and_then(|last| page.places.get(last))
                .map(|place| place.cursor(""))
                .or(cursor);
            break;
        }
        match page.end {
            Some(end) => cursor = Some(end),
            None => {
                from = next_day(from);
                cursor = Some(Cursor { bucket: String::new(), at: crate::clock::to_iso(from), pk: String::new() });
            }
        }
    }
    let next = cursor.as_ref().filter(|_| from < to).and_then(|cursor| token_of(list, cursor));
    let filters: Vec<(&str, &str)> = filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(reply::page("/v1/events", &filters, per_page, &rows, next.as_deref()))
}

/// The first second of the day after `at`.
const fn next_day(at: Timestamp) -> Timestamp {
    at.div_euclid(DAY).saturating_add(1).saturating_mul(DAY)
}
