//! Collects the final state of a world.

use crate::diary::{Diary, Pages};
use crate::erasures::Erased;
use crate::fleet::{Answer, Fleet, Heard, ask};
use crate::invariants::facts::{Evidence, UpstreamOrder};
use crate::table::execute;
use crate::time::START;
use crate::values::TABLE;
use dynoxide::Database;
use functions::clock::from_iso;
use functions::store::Store;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::ids::{OrderId, SessionId};
use std::collections::BTreeMap;

/// The counter of customers whose page or life ended in a panic.
pub(crate) const PANICKED: &str = "customers that panicked";

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

/// Whether the table lists no open work except orders that wait for a person, and no notification is left to be delivered.
pub(crate) fn is_settled(items: &[Value]) -> bool {
    let shard = |item: &Value| item.pointer("/open_shard/S").and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_undelivered = |item: &Value| ["NOTIFY#", "TO#"].iter().any(|queue| shard(item).starts_with(queue));
    if items.iter().any(is_undelivered) {
        return false;
    }
    let waits = |item: &Value| item.pointer("/status/S").and_then(Value::as_str) == Some("action_required");
    items.iter().filter(|item| is_open(item)).all(waits)
}

/// Whether the item is open work. Final orders are in the same index until their personal data end.
pub(crate) fn is_open(item: &Value) -> bool {
    item.pointer("/open_shard/S").and_then(Value::as_str).is_some_and(|shard| shard.starts_with("OPEN#"))
}

/// Everything that the checks need.
pub(crate) async fn gather(fleet: &Fleet, database: &Database, diaries: &[Diary], elsewhere: &[String]) -> Evidence {
    let pages: Vec<Pages> = diaries.iter().map(|diary| diary.open().clone()).collect();
    let (_, copy) = fleet.any();
    let erased = erased(fleet, &pages);
    // First, because the functions may write when they respond.
    let answers = if erased.is_empty() { Vec::new() } else { partners_answers(fleet).await };
    let items = scan(database);
    Evidence {
        upstream: upstream(fleet, &pages, elsewhere),
        placements: placements(&copy.store, &pages).await,
        stored: stored(&copy.store, &items).await,
        observed: fleet.shop.observer.seen(),
        betraying: fleet.betraying(),
        naming: Vec::new(),
        taken: Vec::new(),
        panics: fleet.shop.tally.counts().get(PANICKED).copied().unwrap_or(0),
        other_items: Vec::new(),
        accounts: fleet.shop.ledger.accounts(),
        elsewhere: elsewhere.to_vec(),
        book: fleet.shop.partner.book(),
        fates: fleet.shop.fates.all(),
        received: fleet.shop.backend.received(),
        features: Some(fleet.shop.features.clone()),
        answers,
        erased,
        items,
        pages,
    }
}

async fn placements(store: &Store, pages: &[Pages]) -> BTreeMap<String, functions::placement::Placement> {
    let mut placements = BTreeMap::new();
    for session in pages.iter().flat_map(|pages| &pages.sessions) {
        let Some(id) = SessionId::parse(session.clone()) else { continue };
        if let Ok(Some(placement)) = store.placement(&id).await {
            placements.insert(session.clone(), placement);
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

/// The erased customers, with all their personal data.
fn erased(fleet: &Fleet, pages: &[Pages]) -> Vec<Erased> {
    let orders = fleet.shop.peeker.sandbox().orders();
    let one = |(customer, erasure): (String, crate::erasures::Erasure)| {
        let text = |order: &Value, name: &str| order.get(name).and_then(Value::as_str).map(str::to_owned);
        let of_customer = orders.iter().filter(|order| text(order, "email").as_ref() == Some(&customer));
        let mut words: Vec<String> = of_customer.filter_map(|order| text(order, "user_id")).collect();
        words.dedup();
        let of_customer = pages.iter().filter(|pages| pages.customer == customer);
        words.extend(of_customer.map(|pages| format!("Lovelace-{}-", pages.number)));
        words.push(customer.clone());
        // Inbox addresses contain the names of personas, in lower case.
        words.iter_mut().for_each(|word| word.make_ascii_lowercase());
        Erased { customer, words, is_done: erasure.done.is_some() }
    };
    fleet.shop.erasures.all().into_iter().map(one).collect()
}

/// The responses to the partner: all lists, page by page, and every order.
async fn partners_answers(fleet: &Fleet) -> Vec<String> {
    let mut answers = Vec::new();
    for list in [
        "/v1/orders?per_page=100",
        "/v1/events?from=2026-05-07&to=2026-06-30&per_page=100",
        "/v1/notifications?per_page=100",
    ] {
        let mut next = Some(list.to_owned());
        while let Some(body) = partner_reads(fleet, next.take()).await {
            next = body.pointer("/links/next").and_then(Value::as_str).map(str::to_owned);
            if list.starts_with("/v1/orders") {
                let rows = body.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
                for id in rows.iter().filter_map(|row| row.get("id")?.as_str()) {
                    let order = partner_reads(fleet, Some(format!("/v1/orders/{id}"))).await;
                    answers.extend(order.map(|order| order.to_string()));
                }
            }
            answers.push(body.to_string());
        }
    }
    answers
}

async fn partner_reads(fleet: &Fleet, path: Option<String>) -> Option<Value> {
    let key = fleet.shop.values.partner_key().to_owned();
    match ask(fleet, "the partner", Method::GET, &path?, &key, None).await {
        Heard::Answer(Answer { status: StatusCode::OK, body, .. }) => Some(body),
        _ => None,
    }
}

fn upstream(fleet: &Fleet, pages: &[Pages], elsewhere: &[String]) -> Vec<UpstreamOrder> {
    let sandbox = fleet.shop.peeker.sandbox();
    let mut live: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut steps: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
    for event in sandbox.events() {
        let order = event.order_id.clone().unwrap_or_default();
        if event.kind == "domain.connected" {
            let domain = event.json().pointer("/data/domain").and_then(Value::as_str).unwrap_or_default().to_owned();
            live.entry(order).or_default().push(domain);
        } else if let Some(status) = event.kind.strip_prefix("order.") {
            let at = u64::try_from(event.created_at.saturating_sub(START)).unwrap_or(0).saturating_mul(1_000);
            steps.entry(order).or_default().push((status.to_owned(), at));
        }
    }
    let mut origins = BTreeMap::new();
    for (customer, pages) in pages.iter().enumerate() {
        for (draft, written) in pages.drafts.iter().enumerate() {
            origins.insert(written.mark.as_str(), (customer, draft));
        }
    }
    let orders = sandbox.orders();
    let here = orders.iter().filter(|order| {
        !order.get("id").and_then(Value::as_str).is_some_and(|id| elsewhere.iter().any(|other| other == id))
    });
    here.map(|order| {
        let order = read(order, &live, &origins);
        UpstreamOrder { steps: steps.remove(&order.id).unwrap_or_default(), ..order }
    })
    .collect()
}

fn read(
    order: &Value,
    live: &BTreeMap<String, Vec<String>>,
    origins: &BTreeMap<&str, (usize, usize)>,
) -> UpstreamOrder {
    let text = |path: &str| order.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let id = text("/id").to_owned();
    let created = from_iso(text("/created_at")).unwrap_or(START).saturating_sub(START);
    let names = |path: &str| -> Vec<String> {
        let names = order.pointer(path).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let imported = names("/domains/imported");
    let domains: Vec<String> = names("/domains/registered").into_iter().chain(imported.iter().cloned()).collect();
    // A changed order belongs to no one, even if its mark is known.
    let as_written = domains.iter().all(|name| !name.ends_with("-again.com"));
    let lines = order.pointer("/costs/line_items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let registrations = lines.iter().filter(|line| line.get("type") == Some(&json!("domain_registration")));
    UpstreamOrder {
        status: text("/status").to_owned(),
        total_cents: order.pointer("/costs/total_cents").and_then(Value::as_u64),
        registration_cents: registrations.filter_map(|line| line.get("amount_cents")?.as_u64()).sum(),
        domains,
        imported,
        live: live.get(&id).cloned().unwrap_or_default(),
        steps: Vec::new(),
        // Upstream reports whole seconds: the order was created by the end of that second.
        created: u64::try_from(created).unwrap_or(0).saturating_mul(1_000).saturating_add(999),
        origin: origins.get(text("/personas/0/last_name")).copied().filter(|_| as_written),
        id,
    }
}
