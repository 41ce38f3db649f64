//! A value of JavaScript as the client's JSON: records go through as the objects that the browser has parsed.

use js_sys::{Array, JSON, Object, Reflect};
use serde::Serialize;
use shared::protocol::json::Json;
use wasm_bindgen::{JsCast, JsValue};

/// A value of JavaScript.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Js(#[serde(with = "serde_wasm_bindgen::preserve")] pub(crate) JsValue);

/// Sets a property of an object of ours, which cannot fail.
pub(crate) fn set(object: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}

impl Js {
    /// What is under `key`, also `undefined`.
    fn get(&self, key: &str) -> JsValue {
        // It throws for what is no object.
        Reflect::get(&self.0, &key.into()).unwrap_or_default()
    }
}

impl Json for Js {
    fn member(&self, key: &str) -> Option<Self> {
        Some(Self(self.get(key))).filter(|Self(value)| !value.is_undefined() && !value.is_null())
    }

    fn as_text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn text(&self, key: &str) -> Option<String> {
        self.get(key).as_string()
    }

    fn number(&self, key: &str) -> Option<u64> {
        let number = self.get(key).as_f64()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what was no integer is refused")]
        let whole = number as u64;
        #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "beyond 2^53 it is not exact, and refused")]
        let is_whole = whole as f64 == number && whole <= 1 << 53;
        is_whole.then_some(whole)
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).as_bool()
    }

    fn items(&self) -> Vec<Self> {
        if Array::is_array(&self.0) { Array::from(&self.0).iter().map(Self).collect() } else { Vec::new() }
    }

    fn is_same_but(&self, other: &Self, keys: &[&str]) -> bool {
        let text = |value: &Self| {
            let rest = copy(&value.0);
            for key in keys {
                let _ = Reflect::delete_property(&rest, &(*key).into());
            }
            JSON::stringify(&rest).ok()
        };
        text(self) == text(other)
    }

    fn of_domains(names: &[String]) -> Self {
        let object = Object::new();
        let array: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
        set(&object, "domains", &array);
        Self(object.into())
    }

    fn of_texts(texts: &[(&str, &str)]) -> Self {
        let object = Object::new();
        for (key, text) in texts {
            set(&object, key, &(*text).into());
        }
        Self(object.into())
    }

    fn with(&self, key: &str, text: &str) -> Self {
        let object = copy(&self.0);
        set(&object, key, &text.into());
        Self(object.into())
    }
}

/// A shallow copy.
fn copy(value: &JsValue) -> Object {
    Object::assign(&Object::new(), value.unchecked_ref())
}
