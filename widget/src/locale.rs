//! Money and time as the reader's browser writes them: `Intl` knows every currency and costs no bytes.

use crate::view::Locale;
use js_sys::{Array, Function, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// The browser's formatters, each made once.
#[derive(Debug, Default)]
pub(crate) struct BrowserLocale {
    money: RefCell<Vec<(String, Option<Function>)>>,
    time: RefCell<Option<Function>>,
}

impl Locale for BrowserLocale {
    fn money(&self, cents: u64, currency: &str) -> String {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 cents, which is more than any order")]
        let amount = JsValue::from_f64(cents as f64 / 100.0);
        let text = self.formatter_of(currency).and_then(|format| format.call1(&JsValue::UNDEFINED, &amount).ok());
        text.and_then(|text| text.as_string()).unwrap_or_else(|| plain_money(cents, currency))
    }

    fn time(&self, iso: &str) -> String {
        let mut time = self.time.borrow_mut();
        if time.is_none() {
            *time = formatter("DateTimeFormat", &[("dateStyle", "medium"), ("timeStyle", "short")]);
        }
        let date = js_sys::Date::new(&JsValue::from_str(iso));
        let text = time.as_ref().and_then(|format| format.call1(&JsValue::UNDEFINED, &date).ok());
        text.and_then(|text| text.as_string()).unwrap_or_else(|| iso.to_owned())
    }
}

impl BrowserLocale {
    fn formatter_of(&self, currency: &str) -> Option<Function> {
        let mut known = self.money.borrow_mut();
        if let Some((_, format)) = known.iter().find(|(code, _)| code == currency) {
            return format.clone();
        }
        let format = formatter("NumberFormat", &[("style", "currency"), ("currency", currency)]);
        known.push((currency.to_owned(), format.clone()));
        format
    }
}

/// The bound `format` of a new `Intl` object. The constructor throws on words that it does not know.
fn formatter(class: &str, options: &[(&str, &str)]) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let class: Function = Reflect::get(&intl, &JsValue::from_str(class)).ok()?.dyn_into().ok()?;
    let bag = Object::new();
    for (name, value) in options {
        Reflect::set(&bag, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
    }
    let made = Reflect::construct(&class, &Array::of2(&JsValue::UNDEFINED, &bag)).ok()?;
    Reflect::get(&made, &JsValue::from_str("format")).ok()?.dyn_into().ok()
}

/// For a currency that the browser refuses to write.
fn plain_money(cents: u64, currency: &str) -> String {
    format!("{}.{:02} {}", cents / 100, cents % 100, currency.to_ascii_uppercase()).trim_end().to_owned()
}
