//! `GET /v1/events`: what upstream sent, oldest first, so that it can be delivered again.

use crate::clock::{Timestamp, from_iso};
use crate::failure::Failure;
use crate::http::query::{ListId, Parameters, token_of};
use crate::http::reply;
use crate::session::Partner;
use crate::status::Window;
use crate::store::list::{Mark, Room, event_of};
use axum::extract::State;
use axum::response::Response;

/// Longest span of one call's list: what is kept is not much longer.
const MAX_SPAN: Timestamp = 366 * DAY;
const DAY: Timestamp = 24 * 60 * 60;
/// Pages of the index that one call reads.
const MAX_READS: u32 = 40;
/// Bytes of payloads in one page: an answer of Lambda's has at most 6 MB.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

pub(super) async fn events(
    State(window): State<Window>,
    _: Partner,
    mut parameters: Parameters,
) -> Result<Response, Failure> {
    let now = window.keys.clock.now();
    let texts = [parameters.take("from"), parameters.take("to")];
    let from = time(&mut parameters, "from", texts[0].as_deref()).unwrap_or_else(|| now.saturating_sub(DAY));
    let to = time(&mut parameters, "to", texts[1].as_deref()).unwrap_or_else(|| now.saturating_add(DAY));
    let kind = parameters.word("type");
    if to <= from || to.saturating_sub(from) > MAX_SPAN {
        parameters.blame("to", "out_of_range", "The span ends after it begins, and has at most 366 days.");
    }
    let per_page = parameters.per_page();
    let filters = [("from", texts[0].as_deref()), ("to", texts[1].as_deref()), ("type", kind.as_deref())];
    let list = ListId::new("/v1/events", &filters);
    let mark: Option<Mark> = parameters.page_token(&list, |mark: &Mark| {
        let is_place = mark.pk.is_empty() || event_of(&mark.pk).is_some();
        is_place && mark.time().is_some_and(|at| at >= from && at < to)
    });
    parameters.finish()?;

    let most = usize::try_from(per_page).unwrap_or(usize::MAX);
    // Where to go on: inside the day of the mark, or at the start of the span.
    let mut from = mark.as_ref().and_then(Mark::time).map_or(from, |at| at.max(from));
    let mut mark = mark;
    let mut rows = Vec::new();
    let mut room = Room::new(PAGE_BYTES);
    let mut reads = 0;
    while from < to && rows.len() < most && reads < MAX_READS {
        reads += 1;
        let left = i32::try_from(most.saturating_sub(rows.len())).unwrap_or(i32::MAX);
        let page = window.store.list_events(from, to, mark.as_ref().filter(|mark| !mark.pk.is_empty()), left).await?;
        let mut found = window.store.events(&page.places, kind.as_deref(), &mut room, now).await?;
        rows.append(&mut found.rows);
        if found.read < page.places.len() {
            mark =
                found.read.checked_sub(1).and_then(|last| page.places.get(last)).map(|place| place.mark("")).or(mark);
            break;
        }
        match page.end {
            Some(end) => mark = Some(end),
            None => {
                from = next_day(from);
                mark = Some(Mark { bucket: String::new(), at: crate::clock::to_iso(from), pk: String::new() });
            }
        }
    }
    let next = mark.as_ref().filter(|_| from < to).and_then(|mark| token_of(list, mark));
    let filters: Vec<(&str, &str)> = filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(reply::page("/v1/events", &filters, per_page, &rows, next.as_deref()))
}

/// The first second of the day after `at`.
const fn next_day(at: Timestamp) -> Timestamp {
    at.div_euclid(DAY).saturating_add(1).saturating_mul(DAY)
}

/// A time as ISO 8601, or a day.
fn time(parameters: &mut Parameters, name: &str, text: Option<&str>) -> Option<Timestamp> {
    let text = text?;
    let at = from_iso(text).or_else(|| from_iso(&format!("{text}T00:00:00Z")));
    // Beyond four digits of a year nothing can be listed.
    let at = at.filter(|at| (0..=253_402_300_799).contains(at));
    if at.is_none() {
        let message = match text.contains(' ') {
            true => "Write + as %2B: in a query, a bare + means a blank.",
            false => "Give a day or a time, such as 2026-05-08 or 2026-05-08T12:00:00Z.",
        };
        parameters.blame(name, "time_invalid", message);
    }
    at
}
