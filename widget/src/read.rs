//! Reads the server's answers, as the browser parsed them, into the shared types.
//!
//! By hand: the derived serde code for the same types weighs more than the whole view. Leniently, too: what is missing
//! is empty, and only what nothing can be done without decides whether an answer is one.

use crate::js;
use shared::answers::{
    AvailabilityAnswer, DomainView, Limits, OrderView, PendingAction, PlacedView, PlanView, SessionView, TimelineEntry,
};
use shared::availability::AvailabilityRow;
use shared::ids::OrderId;
use shared::order::{Costs, OrderStatus, Receipt};
use shared::plan::RequiredDomains;
use shared::problem::{Details, Finding, Problem};
use wasm_bindgen::JsValue;

/// A member of an object; `undefined` when there is none.
#[inline(never)]
pub(crate) fn member(value: &JsValue, name: &str) -> JsValue {
    if value.is_object() { js::get(value, name) } else { JsValue::UNDEFINED }
}

#[inline(never)]
fn maybe(value: &JsValue, name: &str) -> Option<String> {
    member(value, name).as_string()
}

#[inline(never)]
fn text(value: &JsValue, name: &str) -> String {
    maybe(value, name).unwrap_or_default()
}

/// A whole number from 0 to 2^32 - 1.
#[inline(never)]
pub(crate) fn number(value: &JsValue, name: &str) -> Option<u32> {
    let number = member(value, name).as_f64()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared right after")]
    let whole = number as u32;
    (f64::from(whole) == number).then_some(whole)
}

fn count(value: &JsValue, name: &str) -> u32 {
    number(value, name).unwrap_or_default()
}

fn flag(value: &JsValue, name: &str) -> bool {
    member(value, name).is_truthy()
}

/// A list, each entry read by `entry`; what is no list has no entries.
pub(crate) fn list<T>(list: &JsValue, entry: fn(&JsValue) -> T) -> Vec<T> {
    let mut entries = Vec::new();
    if js::is_list(list) {
        for index in 0..count(list, "length") {
            entries.push(entry(&js::get_at(list, index)));
        }
    }
    entries
}

fn texts(value: &JsValue, name: &str) -> Vec<String> {
    list(&member(value, name), |entry| entry.as_string().unwrap_or_default())
}

/// `GET /v1/session`.
pub(crate) fn session(value: &JsValue) -> Option<Box<SessionView>> {
    let (plan, limits, order) = (member(value, "plan"), member(value, "limits"), member(value, "order"));
    let required = member(&plan, "required_domains");
    let session = Box::new(SessionView {
        id: text(value, "id"),
        customer: text(value, "customer"),
        plan: PlanView {
            name: text(&plan, "name"),
            required_domains: RequiredDomains::new(count(&required, "google"), count(&required, "microsoft")),
        },
        limits: Limits {
            availability_names: count(&limits, "availability_names"),
            personas: count(&limits, "personas"),
        },
        tlds: texts(value, "tlds"),
        order: placed(&order),
        expires_at: text(value, "expires_at"),
    });
    (session.plan.required_domains.total > 0).then_some(session)
}

/// An order that may still be on its way.
pub(crate) fn placed(value: &JsValue) -> Option<PlacedView> {
    value.is_object().then(|| PlacedView { id: maybe(value, "id"), status: text(value, "status") })
}

/// `POST /v1/domains/availability`.
pub(crate) fn availability(value: &JsValue) -> Option<AvailabilityAnswer> {
    let domains = member(value, "domains");
    domains.is_object().then(|| AvailabilityAnswer { domains: list(&domains, row) })
}

fn row(value: &JsValue) -> AvailabilityRow {
    AvailabilityRow {
        domain: text(value, "domain"),
        available: flag(value, "available"),
        price_cents: number(value, "price_cents"),
        renewal_price_cents: number(value, "renewal_price_cents"),
        currency: maybe(value, "currency"),
        usable_for: texts(value, "usable_for"),
        premium: flag(value, "premium"),
        reason: maybe(value, "reason"),
        message: maybe(value, "message"),
        checked: flag(value, "checked"),
        owned: flag(value, "owned"),
    }
}

/// `POST /v1/orders`, 201.
pub(crate) fn receipt(value: &JsValue) -> Option<Box<Receipt>> {
    let id = OrderId::parse(text(value, "id"))?;
    Some(Box::new(Receipt {
        id,
        status: OrderStatus::from(text(value, "status")),
        domain_count: count(value, "domain_count"),
        costs: costs(value),
        created_at: text(value, "created_at"),
        renews_at: maybe(value, "renews_at"),
    }))
}

fn costs(value: &JsValue) -> Option<Costs> {
    let costs = member(value, "costs");
    let total_cents = u64::from(number(&costs, "total_cents")?);
    Some(Costs { total_cents, currency: text(&costs, "currency") })
}

/// `GET /v1/orders/{id}`.
pub(crate) fn order(value: &JsValue) -> Option<OrderView> {
    let order = OrderView {
        id: text(value, "id"),
        status: OrderStatus::from(text(value, "status")),
        is_final: flag(value, "final"),
        domain_count: count(value, "domain_count"),
        costs: costs(value),
        domains: list(&member(value, "domains"), domain),
        pending_actions: list(&member(value, "pending_actions"), action),
        timeline: list(&member(value, "timeline"), entry),
        created_at: maybe(value, "created_at"),
        updated_at: text(value, "updated_at"),
    };
    (!order.id.is_empty()).then_some(order)
}

fn domain(value: &JsValue) -> DomainView {
    DomainView { domain: text(value, "domain"), status: text(value, "status"), provider: maybe(value, "provider") }
}

fn action(value: &JsValue) -> PendingAction {
    PendingAction {
        id: maybe(value, "id"),
        kind: text(value, "type"),
        reason: maybe(value, "reason"),
        domain: maybe(value, "domain"),
        message: maybe(value, "message"),
        who: maybe(value, "who"),
        what_to_do: maybe(value, "what_to_do"),
    }
}

fn entry(value: &JsValue) -> TimelineEntry {
    TimelineEntry { event_id: text(value, "event_id"), kind: text(value, "type"), at: text(value, "at") }
}

/// The `error` of a refusal.
pub(crate) fn problem(value: &JsValue) -> Option<Problem> {
    let details = member(value, "details");
    Some(Problem {
        code: maybe(value, "code")?.into(),
        message: text(value, "message"),
        field: maybe(value, "field"),
        details: Details {
            findings: list(&member(&details, "findings"), finding),
            retry_after_seconds: number(&details, "retry_after_seconds"),
            upstream_request_id: maybe(&details, "upstream_request_id"),
            ..Details::default()
        },
    })
}

fn finding(value: &JsValue) -> Finding {
    Finding { code: text(value, "code").into(), field: text(value, "field"), message: text(value, "message") }
}
