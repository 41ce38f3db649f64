//! Reports a panic with its message, where the trap that follows says only `unreachable`: to the console, and to the page.

use js_sys::Function;
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static REPORTS: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// Runs once, when the module is started.
#[wasm_bindgen(start)]
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = JsValue::from(panic.to_string());
        web_sys::console::error_1(&message);
        REPORTS.with(|reports| {
            for report in reports.try_borrow().iter().flat_map(|reports| reports.iter()) {
                // One that throws keeps nothing from the others.
                let _ = report.call1(&JsValue::UNDEFINED, &message);
            }
        });
    }));
}

/// Calls `report` with the message of a panic. Nothing of the module works afterwards.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(#[wasm_bindgen(unchecked_param_type = "(message: string) => void")] report: &Function) {
    let report = report.clone();
    REPORTS.with(|reports| {
        if let Ok(mut reports) = reports.try_borrow_mut() {
            reports.push(report);
        }
    });
}
