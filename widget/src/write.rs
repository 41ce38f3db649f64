//! Writes our values as JavaScript objects, key by key in the order in which serde writes the same types.

use crate::js::{self, List, Object};
use shared::draft::OrderDraft;
use shared::picks::{PickReport, Share};
use shared::problem::Finding;
use wasm_bindgen::JsValue;

/// An object under construction.
#[derive(Debug)]
pub(crate) struct Writer(JsValue);

impl Writer {
    pub(crate) fn new() -> Self {
        Self(Object::new().into())
    }

    #[inline(never)]
    pub(crate) fn value(&self, name: &str, value: &JsValue) {
        js::set(&self.0, name, value);
    }

    #[inline(never)]
    pub(crate) fn text(&self, name: &str, text: &str) {
        js::set_text(&self.0, name, text);
    }

    #[inline(never)]
    pub(crate) fn flag(&self, name: &str, on: bool) {
        js::set_flag(&self.0, name, on);
    }

    #[inline(never)]
    pub(crate) fn number(&self, name: &str, number: u32) {
        js::set_number(&self.0, name, number);
    }

    pub(crate) fn done(self) -> JsValue {
        self.0
    }
}

/// A list of strings.
pub(crate) fn texts(texts: &[String]) -> JsValue {
    let array = List::new();
    for text in texts {
        array.push_text(text);
    }
    array.into()
}

/// The body of `POST /v1/domains/availability`.
pub(crate) fn names(names: &[String]) -> JsValue {
    let writer = Writer::new();
    writer.value("domains", &texts(names));
    writer.done()
}

/// How far one provider's share is filled.
pub(crate) fn share(share: Share) -> JsValue {
    let writer = Writer::new();
    writer.number("required", share.required);
    writer.number("filled", share.filled);
    writer.done()
}

/// What the rule says of the picks.
pub(crate) fn report(report: &PickReport) -> JsValue {
    let writer = Writer::new();
    writer.flag("ok", report.ok);
    writer.number("required", report.required);
    writer.number("submitted", report.submitted);
    writer.value("google", &share(report.google));
    writer.value("microsoft", &share(report.microsoft));
    writer.value("findings", &findings(&report.findings));
    writer.done()
}

/// Everything that is wrong.
pub(crate) fn findings(findings: &[Finding]) -> JsValue {
    let array = List::new();
    for finding in findings {
        let entry = Writer::new();
        entry.text("code", &finding.code);
        entry.text("field", &finding.field);
        entry.text("message", &finding.message);
        array.push(&entry.done());
    }
    array.into()
}

/// The body of `POST /v1/orders`.
pub(crate) fn draft(draft: &OrderDraft) -> JsValue {
    let domains = List::new();
    for domain in &draft.domains {
        let entry = Writer::new();
        entry.text("domain", &domain.domain);
        domains.push(&entry.done());
    }
    let personas = List::new();
    for persona in &draft.personas {
        let entry = Writer::new();
        entry.text("first_name", &persona.first_name);
        entry.text("last_name", &persona.last_name);
        match &persona.profile_picture_url {
            Some(url) => entry.text("profile_picture_url", url),
            None => entry.value("profile_picture_url", &JsValue::NULL),
        }
        personas.push(&entry.done());
    }
    let writer = Writer::new();
    writer.value("domains", &domains);
    writer.value("personas", &personas);
    if let Some(url) = &draft.forwarding_url {
        writer.text("forwarding_url", url);
    }
    writer.done()
}
