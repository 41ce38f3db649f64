//! The few things of JavaScript itself that are used. Declared here, because the crate that declares all of it
//! leaves several KB of its own in the module.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Object)]
    pub(crate) type Object;
    #[wasm_bindgen(constructor, js_class = "Object")]
    pub(crate) fn new() -> Object;

    #[wasm_bindgen(js_name = Array)]
    pub(crate) type List;
    #[wasm_bindgen(constructor, js_class = "Array")]
    pub(crate) fn new() -> List;
    #[wasm_bindgen(method)]
    pub(crate) fn push(this: &List, value: &JsValue);
    #[wasm_bindgen(method, js_name = push)]
    pub(crate) fn push_text(this: &List, text: &str);

    #[wasm_bindgen(js_namespace = Array, js_name = isArray)]
    pub(crate) fn is_list(value: &JsValue) -> bool;

    /// `Reflect` throws on what is no object: ask [`JsValue::is_object`] before.
    #[wasm_bindgen(js_namespace = Reflect, js_name = get)]
    pub(crate) fn get(object: &JsValue, name: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = Reflect, js_name = get)]
    pub(crate) fn get_at(list: &JsValue, index: u32) -> JsValue;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    pub(crate) fn set_text(object: &JsValue, name: &str, value: &str) -> bool;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    pub(crate) fn set_number(object: &JsValue, name: &str, value: u32) -> bool;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    pub(crate) fn set_flag(object: &JsValue, name: &str, value: bool) -> bool;

    #[wasm_bindgen(extends = Object)]
    pub(crate) type TypeError;
    #[wasm_bindgen(constructor)]
    pub(crate) fn new(message: &str) -> TypeError;
}
