//! Requests of a browser that are not about the order: names, prices, imports, the list of orders.

use crate::customer::browser::Browser;
use crate::customer::wire;
use crate::partner::Quoted;
use serde_json::Value;
use shared::answers::ImportRow;
use shared::protocol::answer::{Answer, RawAnswer};
use shared::protocol::order::ids_of;
use shared::protocol::request::{Group, Request};
use std::time::Duration;

/// An import as the customer is shown it.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) id: Option<String>,
    rows: Vec<ImportRow>,
}

impl Import {
    /// The domains whose row is `wanted`.
    pub(crate) fn domains(&self, wanted: impl Fn(&ImportRow) -> bool) -> Vec<String> {
        self.rows.iter().filter(|row| wanted(row)).map(|row| row.domain.clone()).collect()
    }
}

impl Browser {
    /// Sends a request that is not about the order.
    async fn ask(&self, request: Request<Value>) -> RawAnswer<Value> {
        if self.has_left() {
            return RawAnswer::lost();
        }
        let timeout = Duration::from_millis(request.timeout_ms.into());
        let (browser, token) = (self.clone(), self.token());
        let exchange = tokio::spawn(async move { wire::carry(&browser, request, &token, None).await });
        match tokio::time::timeout(timeout, exchange).await {
            Ok(Ok(answer)) if !self.has_left() => answer,
            _ => RawAnswer::lost(),
        }
    }

    /// Asks for the import of domains; `None`: no answer that says anything.
    pub(crate) async fn import(&self, names: &[String]) -> Option<Import> {
        import_of(self.ask(Request::import(names)).await)
    }

    /// Looks at an import.
    pub(crate) async fn look_at_import(&self, id: &str) -> Option<Import> {
        import_of(self.ask(Request::look_at_import(id)).await)
    }

    /// Gives domains of an import up; `false`: it is not known whether that was done.
    pub(crate) async fn release(&self, id: &str, names: &[String]) -> bool {
        import_of(self.ask(Request::release(Some(id), names)).await).is_some()
    }

    /// Asks whether the names can be had.
    pub(crate) async fn look_up(&self, names: &[String]) {
        self.ask(Request::availability(names, Group::Names)).await;
    }

    /// Asks what the names cost; `None`: no quote.
    pub(crate) async fn quote(&self, draft: usize) -> Option<Quoted> {
        let names = self.diary.open().drafts.get(draft)?.domains.clone();
        let answer = self.ask(Request::quote(&names)).await;
        let data = answer.body.filter(|_| answer.status == 200)?.pointer("/data")?.clone();
        let text = |name: &str| data.get(name).and_then(Value::as_str).map(str::to_owned);
        let total_cents = data.get("total_cents")?.as_u64()?;
        Some(Quoted { token: text("token")?, id: text("id")?, total_cents, currency: text("currency")? })
    }

    /// Sends an order outside of any page; its answer is not read.
    pub(crate) async fn order_by_hand(&self, body: &Value) {
        self.ask(Request::place(body, None)).await;
    }

    /// The first page of the customer's orders: their ids, and how many are being placed.
    pub(crate) async fn list(&self) -> Option<(Vec<String>, u32)> {
        let answer = Answer::read(self.ask(Request::orders("")).await, self.now_ms());
        Some((ids_of(answer.data.as_ref().filter(|_| answer.is_success())?), answer.placing))
    }
}

fn import_of(answer: RawAnswer<Value>) -> Option<Import> {
    let body = answer.body.filter(|_| [200, 202].contains(&answer.status))?;
    let id = body.pointer("/data/id").and_then(Value::as_str).map(str::to_owned);
    let rows = body.pointer("/data/domains").cloned().unwrap_or_default();
    Some(Import { id, rows: serde_json::from_value(rows).unwrap_or_default() })
}
