//! Writes a panic's message to the browser's console, where the trap that follows says only `unreachable`.

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs once, when the module is started.
#[wasm_bindgen(start)]
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
}
