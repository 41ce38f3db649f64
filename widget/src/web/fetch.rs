//! One call of the order proxy by `fetch`. Whatever fails is no answer.

use crate::web::json::Js;
use js_sys::{Function, JSON, Promise, Reflect};
use shared::protocol::answer::RawAnswer;
use shared::protocol::request::Request;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCredentials, RequestInit};

#[wasm_bindgen]
extern "C" {
    // web-sys has it for windows and for workers apart, and not for Node.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// What `fetch` is called with.
pub(super) struct Call {
    url: String,
    init: RequestInit,
}

impl Call {
    pub(super) fn new(
        endpoint: &str,
        token: &str,
        request: &Request<Js>,
        signal: &AbortSignal,
    ) -> Result<Self, JsValue> {
        let headers = Headers::new()?;
        // Headers take nothing else, and tokens consist of nothing else: the server says what is wrong with the rest.
        let token: String = token.chars().filter(char::is_ascii_graphic).collect();
        headers.set("authorization", &["Bearer ", &token].concat())?;
        let init = RequestInit::new();
        init.set_method(request.method.as_str());
        init.set_credentials(RequestCredentials::Omit);
        init.set_signal(Some(signal));
        if let Some(etag) = &request.if_none_match {
            headers.set("if-none-match", etag)?;
        }
        if let Some(Js(body)) = &request.body {
            headers.set("content-type", "application/json")?;
            init.set_body(&JSON::stringify(body)?.into());
        }
        init.set_headers(&headers);
        Ok(Self { url: [endpoint.trim().trim_end_matches('/'), &request.path].concat(), init })
    }

    /// Waits for the answer and its body.
    pub(super) async fn answer(self) -> Option<RawAnswer<Js>> {
        let response = settled(&fetch(&self.url, &self.init).ok()?).await.ok()?;
        let headers = Reflect::get(&response, &"headers".into()).ok()?;
        let header = |name: &str| method(&headers, "get", &[name.into()]).ok()?.as_string();
        let (retry_after, etag) = (header("retry-after"), header("etag"));
        let status = Reflect::get(&response, &"status".into()).ok()?.as_f64()?;
        // A body that is no JSON says nothing.
        let body = match method(&response, "json", &[]) {
            Ok(body) => settled(&body).await.ok().map(Js),
            Err(_) => None,
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status has three digits")]
        Some(RawAnswer { status: status as u16, retry_after, etag, body })
    }
}

/// Waits for what a page or the browser gave: a promise, or a value.
pub(super) fn settled(value: &JsValue) -> JsFuture {
    // Unlike `Promise.resolve`, this runs code of the value's own only later, and catches what that throws.
    JsFuture::from(Promise::new(&mut |resolve, _| {
        let _ = resolve.call1(&JsValue::UNDEFINED, value);
    }))
}

/// Calls a method of what may be a page's imitation of a response.
fn method(of: &JsValue, name: &str, given: &[JsValue]) -> Result<JsValue, JsValue> {
    let method = Reflect::get(of, &name.into())?.dyn_into::<Function>()?;
    Reflect::apply(&method, of, &given.iter().collect())
}
