//! The events that the element dispatches: their names, their details. They bubble out of every shadow root.

use crate::picker::message::News;
use serde::Serialize;
use shared::draft::OrderDraft;
use shared::picks::{PickReport, Share};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

/// The customer changed the order.
pub(crate) const CHANGE: &str = "peeker-change";
/// The customer wants to order; `preventDefault()` holds it back.
pub(crate) const BEFORE_ORDER: &str = "peeker-before-order";
/// There is an order.
pub(crate) const ORDERED: &str = "peeker-ordered";
/// The order has another status.
pub(crate) const STATUS: &str = "peeker-status";
/// Something went wrong.
pub(crate) const ERROR: &str = "peeker-error";

#[derive(Serialize)]
struct ChangeDetail {
    step: &'static str,
    domains: Vec<String>,
    ok: bool,
    required: u32,
    google: Share,
    microsoft: Share,
}

impl ChangeDetail {
    fn new(step: &'static str, domains: Vec<String>, report: &PickReport) -> Self {
        let PickReport { ok, required, google, microsoft, .. } = *report;
        Self { step, domains, ok, required, google, microsoft }
    }
}

#[derive(Serialize)]
struct OrderedDetail {
    id: String,
    status: String,
}

#[derive(Serialize)]
struct StatusDetail {
    id: String,
    status: String,
    #[serde(rename = "final")]
    is_final: bool,
}

#[derive(Serialize)]
struct ErrorDetail {
    code: String,
    message: String,
}

/// Tells the page.
pub(crate) fn tell(host: &EventTarget, news: News) {
    match news {
        News::Change { step, domains, report } => {
            dispatch(host, CHANGE, false, &ChangeDetail::new(step, domains, &report))
        }
        News::Ordered { id, status } => dispatch(host, ORDERED, false, &OrderedDetail { id, status }),
        News::Status { id, status, is_final } => dispatch(host, STATUS, false, &StatusDetail { id, status, is_final }),
        News::Error { code, message } => dispatch(host, ERROR, false, &ErrorDetail { code, message }),
    };
}

/// Asks the page whether the order may be sent.
pub(crate) fn may_order(host: &EventTarget, draft: &OrderDraft) -> bool {
    dispatch(host, BEFORE_ORDER, true, draft)
}

/// Whether nobody prevented it. A listener's own error is reported by the browser, not by us.
fn dispatch<T: Serialize>(host: &EventTarget, name: &str, cancelable: bool, detail: &T) -> bool {
    let detail = detail.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL);
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_cancelable(cancelable);
    init.set_detail(&detail);
    match CustomEvent::new_with_event_init_dict(name, &init) {
        Ok(event) => host.dispatch_event(&event).unwrap_or(true),
        Err(_) => true,
    }
}
