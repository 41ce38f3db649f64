//! Calls to the order proxy. The only file that touches the network.

use crate::picker::message::{Failure, Placed, Tagged};
use js_sys::{JSON, Promise, Reflect};
use serde::de::DeserializeOwned;
use shared::answers::{AvailabilityAnswer, SessionView};
use shared::draft::OrderDraft;
use shared::problem::Problem;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCredentials, RequestInit, Response, Window};

/// Milliseconds after which a read is given up.
const READ_TIMEOUT: i32 = 20_000;
/// Milliseconds after which an order's answer is given up. Upstream is asked meanwhile, more than once.
const ORDER_TIMEOUT: i32 = 60_000;

/// Where the functions are, and the session that may use them.
#[derive(Clone, Default)]
pub(crate) struct Api {
    endpoint: String,
    token: String,
}

/// One call.
#[derive(Default)]
struct Call<'a> {
    path: &'a str,
    body: Option<String>,
    etag: Option<&'a str>,
    abort: Option<AbortController>,
}

/// Its answer: the status, the body's JSON, the tag.
struct Answer {
    status: u16,
    body: JsValue,
    etag: Option<String>,
}

impl Api {
    /// `endpoint` is the origin of the functions; empty means the page's own.
    pub(crate) fn new(endpoint: &str, token: &str) -> Self {
        Self { endpoint: endpoint.trim_end_matches('/').to_owned(), token: token.to_owned() }
    }

    /// `GET /v1/session`.
    pub(crate) async fn session(&self) -> Result<SessionView, Failure> {
        let answer = self.send(Call { path: "/v1/session", ..Call::default() }).await?;
        data(&answer)
    }

    /// `POST /v1/domains/availability`; `abort` drops it.
    pub(crate) async fn availability(
        &self,
        names: &[String],
        abort: AbortController,
    ) -> Result<AvailabilityAnswer, Failure> {
        #[derive(serde::Serialize)]
        struct Names<'a> {
            domains: &'a [String],
        }
        let body = Some(json(&Names { domains: names })?);
        let path = "/v1/domains/availability";
        let answer = self.send(Call { path, body, abort: Some(abort), ..Call::default() }).await?;
        data(&answer)
    }

    /// `POST /v1/orders`.
    pub(crate) async fn order(&self, draft: &OrderDraft) -> Result<Placed, Failure> {
        let body = Some(json(draft)?);
        let answer = self.send(Call { path: "/v1/orders", body, ..Call::default() }).await?;
        if answer.status == 202 { data(&answer).map(Placed::Underway) } else { data(&answer).map(Placed::Receipt) }
    }

    /// `GET /v1/orders/{id}`; `None` when it is still what `etag` names.
    pub(crate) async fn watch(&self, id: &str, etag: Option<&str>) -> Result<Option<Tagged>, Failure> {
        let path = ["/v1/orders/", &String::from(js_sys::encode_uri_component(id))].concat();
        let answer = self.send(Call { path: &path, etag, ..Call::default() }).await?;
        if answer.status == 304 {
            return Ok(None);
        }
        let order = data(&answer)?;
        Ok(Some(Tagged { order, etag: answer.etag }))
    }

    async fn send(&self, call: Call<'_>) -> Result<Answer, Failure> {
        self.fetch(call).await.map_err(|_| Failure::Unreachable).and_then(judge)
    }

    async fn fetch(&self, call: Call<'_>) -> Result<Answer, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let abort = match call.abort {
            Some(abort) => abort,
            None => AbortController::new()?,
        };
        let headers = Headers::new()?;
        headers.set("accept", "application/json")?;
        headers.set("authorization", &["Bearer ", &self.token].concat())?;
        if let Some(etag) = call.etag {
            headers.set("if-none-match", etag)?;
        }
        let init = RequestInit::new();
        init.set_credentials(RequestCredentials::Omit);
        init.set_signal(Some(&abort.signal()));
        let mut timeout = READ_TIMEOUT;
        if let Some(body) = &call.body {
            headers.set("content-type", "application/json")?;
            init.set_method("POST");
            init.set_body(&JsValue::from_str(body));
            timeout = ORDER_TIMEOUT;
        }
        init.set_headers(&headers);
        let url = [&self.endpoint, call.path].concat();
        let timer = abort_after(&window, &abort, timeout)?;
        let answer = read(window.fetch_with_str_and_init(&url, &init)).await;
        window.clear_timeout_with_handle(timer);
        answer
    }
}

async fn read(fetched: Promise) -> Result<Answer, JsValue> {
    let response: Response = JsFuture::from(fetched).await?.dyn_into()?;
    let status = response.status();
    let etag = response.headers().get("etag")?;
    // A body that is no JSON is a body that says nothing.
    let body = match response.json() {
        Ok(json) if status != 304 => JsFuture::from(json).await.unwrap_or(JsValue::NULL),
        _ => JsValue::NULL,
    };
    Ok(Answer { status, body, etag })
}

/// A timer that gives the call up. The closure frees itself when it has run or when the page goes.
fn abort_after(window: &Window, abort: &AbortController, milliseconds: i32) -> Result<i32, JsValue> {
    let abort = abort.clone();
    let give_up = Closure::once_into_js(move || abort.abort());
    window.set_timeout_with_callback_and_timeout_and_arguments_0(give_up.unchecked_ref(), milliseconds)
}

fn judge(answer: Answer) -> Result<Answer, Failure> {
    if answer.status == 304 || (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    let problem = member(&answer.body, "error")
        .unwrap_or_else(|| Problem::new("unreadable_answer", "The checkout had a problem. Try again in a moment."));
    Err(Failure::Refused { status: answer.status, problem: Box::new(problem) })
}

/// The `data` of a good answer. One that cannot be read is no answer.
fn data<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    member(&answer.body, "data").ok_or(Failure::Unreachable)
}

fn member<T: DeserializeOwned>(body: &JsValue, name: &str) -> Option<T> {
    let value = Reflect::get(body, &JsValue::from_str(name)).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    let value =
        value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|_| Failure::Unreachable)?;
    JSON::stringify(&value).map(String::from).map_err(|_| Failure::Unreachable)
}
