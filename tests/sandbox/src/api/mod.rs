//! The partner API: handles one request and returns a response, or closes the connection if a fault says so.

mod availability;
mod bundles;
mod call;
mod cancel;
mod domains;
mod fields;
mod forwarding;
mod imports;
mod me;
mod order_body;
mod orders;
mod paging;
mod pending;
mod place;
mod reply;
mod routes;
mod split;
mod users;

use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};

use crate::config::Preset;
use crate::control;
use crate::fault::Fault;
use crate::received::Received;
use crate::sandbox::Sandbox;
use crate::state::State;
use crate::times::http_date;
use call::Call;
use reply::{Refusal, Reply};

/// The base paths, the June edition first: docs/upstream.md#base-url.
const BASES: [&str; 2] = ["/partner/v1", "/api/partner/v1"];

impl Sandbox {
    /// Handles a request without a socket. `None` means that the connection is closed without a response.
    pub async fn handle(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let path = request.uri().path();
        if path == "/_sandbox" || path.starts_with("/_sandbox/") {
            return Some(control::handle(self, &request).await);
        }
        let (serial, fault) = self.with(|state| arrive(state, &request));
        let fault = fault.unwrap_or_default();
        pause(fault.delay_ms).await;
        let acted = fault.acts().then(|| {
            let answer = self.with(|state| answer(state, &request, &self.origin()));
            self.wake();
            answer
        });
        pause(fault.delay_after_ms).await;
        if fault.drop.is_some() {
            return None;
        }
        let (status, body) = match (fault.answer(), acted) {
            (Some(scripted), _) => scripted,
            (None, Some(reply)) => (reply.status, reply.body.to_string()),
            (None, None) => return None,
        };
        let (request_id, date) = self.with(|state| {
            state.received.answered(serial, status);
            (state.ids.mint("req"), http_date(state.now()))
        });
        Some(respond(status, &request_id, &date, body))
    }

    /// The response to a body over the size limit.
    pub(crate) fn too_large(&self) -> Response<Bytes> {
        let refusal = Reply::from(Refusal::too_large());
        let (request_id, date) = self.with(|state| (state.ids.mint("req"), http_date(state.now())));
        respond(refusal.status, &request_id, &date, refusal.body.to_string())
    }
}

async fn pause(milliseconds: u64) {
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

/// Records a request and takes the fault scripted for it.
fn arrive(state: &mut State, request: &Request<Bytes>) -> (u64, Option<Fault>) {
    let serial = if state.received.keeps() {
        let env = bearer(request.headers()).and_then(|key| state.keys.get(key)).map(|(env, _)| *env);
        let received = Received::new(request, state.now(), env);
        state.received.push(received)
    } else {
        0
    };
    let path = request.uri().path();
    let short = based(path).map_or(path, |(_, rest)| rest);
    (serial, state.faults.take(request.method().as_str(), short))
}

/// Splits a path into its base and the rest.
fn based(path: &str) -> Option<(&'static str, &str)> {
    BASES.iter().find_map(|base| {
        let rest = path.strip_prefix(base)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((*base, rest))
    })
}

fn answer(state: &mut State, request: &Request<Bytes>, origin: &str) -> Reply {
    match admit(state, request, origin).and_then(|call| routes::route(state, &call)) {
        Ok(reply) => {
            // Reads change nothing that must be saved.
            state.dirty |= request.method() != http::Method::GET;
            reply
        }
        Err(refusal) => refusal.into(),
    }
}

/// Checks key, rate limit and permission, in this order.
fn admit(state: &mut State, request: &Request<Bytes>, origin: &str) -> Result<Call, Refusal> {
    let (base, rest) =
        based(request.uri().path()).ok_or_else(|| Refusal::not_found("no such path; the API is under /partner/v1"))?;
    let key = bearer(request.headers()).ok_or_else(Refusal::unauthorized)?;
    let (env, preset) = state.keys.get(key).copied().ok_or_else(Refusal::unauthorized)?;
    let now = state.now();
    count(state, key, now)?;
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let origin = host.map_or_else(|| origin.to_owned(), |host| format!("http://{host}"));
    let call = Call::new(request, rest, format!("{origin}{base}"), env, preset, now);
    match preset {
        Preset::Full => Ok(call),
        Preset::Limited if call.is("POST", &["domains", "availability"]) => Ok(call),
        _ if call.method == "GET" => Ok(call),
        _ => Err(Refusal::forbidden()),
    }
}

/// The key in `Authorization: Bearer <key>`; other spellings are refused.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Counts a request in the current minute of its key. Upstream does not document its window; here it is fixed, in
/// virtual time.
fn count(state: &mut State, key: &str, now: i64) -> Result<(), Refusal> {
    let limit = state.settings.rate_limit;
    if limit == 0 {
        return Ok(());
    }
    let minute = now.div_euclid(60);
    if !state.buckets.contains_key(key) {
        state.buckets.insert(key.to_owned(), (minute, 0));
    }
    let Some((window, used)) = state.buckets.get_mut(key) else { return Ok(()) };
    if *window != minute {
        (*window, *used) = (minute, 0);
    }
    if *used >= limit {
        return Err(Refusal::rate_limited(limit, 60 - now.rem_euclid(60)));
    }
    *used += 1;
    Ok(())
}

/// The header `date` is the virtual time, so it is comparable with event times, as upstream.
fn respond(status: u16, request_id: &str, date: &str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    // A scripted status outside of HTTP's range is an error in the script.
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("peeker-request-id", value);
    }
    if let Ok(value) = HeaderValue::from_str(date) {
        headers.insert(DATE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::based;

    #[test]
    fn both_editions_have_their_base_path() {
        assert_eq!(based("/partner/v1/me"), Some(("/partner/v1", "/me")));
        assert_eq!(based("/api/partner/v1/orders/x"), Some(("/api/partner/v1", "/orders/x")));
        assert_eq!(based("/partner/v10/me"), None);
    }
}
