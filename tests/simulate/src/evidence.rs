//! Gathers what is left of a world once it has come to rest.

use crate::diary::{Diary, Pages};
use crate::fleet::Fleet;
use crate::invariants::{Evidence, UpstreamOrder};
use crate::shop::TABLE;
use crate::table::execute;
use crate::time::START;
use dynoxide::Database;
use functions::clock::from_iso;
use functions::store::Store;
use serde_json::{Value, json};
use shared::ids::{OrderId, SessionId};
use std::collections::BTreeMap;

/// Every item of the table.
pub(crate) fn scan(database: &Database) -> Vec<Value> {
    let mut items = Vec::new();
    let mut request = json!({ "TableName": TABLE });
    loop {
        let answer = execute(database, "Scan", &request.to_string()).unwrap_or_default();
        let mut page: Value = serde_json::from_str(&answer).unwrap_or_default();
        if let Some(Value::Array(more)) = page.get_mut("Items").map(Value::take) {
            items.extend(more);
        }
        match page.get_mut("LastEvaluatedKey").map(Value::take) {
            Some(key) if !key.is_null() => request = json!({"TableName": TABLE, "ExclusiveStartKey": key}),
            _ => return items,
        }
    }
}

/// Whether the table lists anything as open but orders that wait for somebody.
pub(crate) fn is_settled(items: &[Value]) -> bool {
    let waits = |item: &Value| item.pointer("/status/S").and_then(Value::as_str) == Some("action_required");
    items.iter().filter(|item| is_open(item)).all(waits)
}

/// Whether the item stands in the open work. What is final stands beside it, until its personal data end.
pub(crate) fn is_open(item: &Value) -> bool {
    item.pointer("/open_shard/S").and_then(Value::as_str).is_some_and(|shard| shard.starts_with("OPEN#"))
}

/// Everything that the checks look at.
pub(crate) async fn gather(fleet: &Fleet, database: &Database, diaries: &[Diary]) -> Evidence {
    let pages: Vec<Pages> = diaries.iter().map(|diary| diary.open().clone()).collect();
    let items = scan(database);
    let (_, copy) = fleet.any();
    Evidence {
        upstream: upstream(fleet, &pages),
        placements: placements(&copy.store, &pages).await,
        stored: stored(&copy.store, &items).await,
        witnessed: fleet.shop.witness.seen(),
        betraying: fleet.betraying(),
        items,
        pages,
    }
}

async fn placements(store: &Store, pages: &[Pages]) -> BTreeMap<String, functions::placement::Placement> {
    let mut placements = BTreeMap::new();
    for session in pages.iter().filter_map(|pages| pages.session.clone()) {
        let Some(id) = SessionId::parse(session.clone()) else { continue };
        if let Ok(Some(placement)) = store.placement(&id).await {
            placements.insert(session, placement);
        }
    }
    placements
}

async fn stored(store: &Store, items: &[Value]) -> BTreeMap<String, shared::answers::OrderView> {
    let mut stored = BTreeMap::new();
    for item in items {
        let text = |name: &str| item.pointer(&format!("/{name}/S")).and_then(Value::as_str).unwrap_or_default();
        let (Some(("ORDER", id)), "ORDER") = (text("pk").split_once('#'), text("sk")) else { continue };
        let Some(id) = OrderId::parse(id) else { continue };
        if let Ok(Some(order)) = store.order(&id).await {
            stored.insert(id.to_string(), order.view);
        }
    }
    stored
}

fn upstream(fleet: &Fleet, pages: &[Pages]) -> Vec<UpstreamOrder> {
    let sandbox = fleet.shop.peeker.sandbox();
    let mut live: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in sandbox.events().into_iter().filter(|event| event.kind == "domain.connected") {
        let domain = event.json().pointer("/data/domain").and_then(Value::as_str).unwrap_or_default().to_owned();
        live.entry(event.order_id.unwrap_or_default()).or_default().push(domain);
    }
    let mut origins = BTreeMap::new();
    for (customer, pages) in pages.iter().enumerate() {
        for (draft, written) in pages.drafts.iter().enumerate() {
            origins.insert(written.mark.as_str(), (customer, draft));
        }
    }
    sandbox.orders().iter().map(|order| read(order, &live, &origins)).collect()
}

fn read(
    order: &Value,
    live: &BTreeMap<String, Vec<String>>,
    origins: &BTreeMap<&str, (usize, usize)>,
) -> UpstreamOrder {
    let text = |path: &str| order.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let id = text("/id").to_owned();
    let created = from_iso(text("/created_at")).unwrap_or(START).saturating_sub(START);
    let names = order.pointer("/domains/registered").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // A changed order is nobody's, even if its mark is somebody's.
    let as_written = names.iter().all(|name| name.as_str().is_some_and(|name| !name.ends_with("-again.com")));
    UpstreamOrder {
        status: text("/status").to_owned(),
        total_cents: order.pointer("/costs/total_cents").and_then(Value::as_u64),
        domains: names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        live: live.get(&id).cloned().unwrap_or_default(),
        // Upstream tells whole seconds: it was made by the end of that second.
        created: u64::try_from(created).unwrap_or(0).saturating_mul(1_000).saturating_add(999),
        origin: origins.get(text("/personas/0/last_name")).copied().filter(|_| as_written),
        id,
    }
}
