//! Every event type is stored and updates its entity, in any order and number of deliveries.

use crate::client::{CUSTOMER, Harness};
use crate::delivery::numbered;
use crate::redelivery::{self, NOWHERE};
use crate::table::{Item, Table, items_of, text};
use serde_json::{Value, json};

/// Every type of docs/upstream.md#event-types with its entity, and the item that it updates.
fn documented() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let order = |status: &str| json!({"id": "ord_1", "status": status});
    let import = |status: &str| {
        json!({"id": "imp_1", "status": status, "domains": [{"domain": "owned-a.com", "status": status}],
               "nameserver_groups": [{"nameservers": ["a.ns.example", "b.ns.example"], "domains": ["owned-a.com"]}]})
    };
    let swap = |status: &str| json!({"id": "swp_1", "type": "standard", "domain_id": "dom_1", "status": status});
    let forwarding = json!({"id": "fwj_1", "status": "completed", "completed": ["acme.com"], "failed": []});
    let domain = json!({"id": "dom_1", "domain": "acme.com", "order_id": "ord_1"});
    vec![
        ("order.in_progress", order("in_progress"), "ORDER#ord_1", "in_progress"),
        ("order.completed", order("completed"), "ORDER#ord_1", "completed"),
        ("order.failed", order("failed"), "ORDER#ord_1", "failed"),
        ("order.action_required", order("action_required"), "ORDER#ord_1", "action_required"),
        ("order.cancel_scheduled", order("cancel_scheduled"), "ORDER#ord_1", "cancel_scheduled"),
        ("order.cancelled", order("cancelled"), "ORDER#ord_1", "cancelled"),
        ("domain.connected", json!({"domain": "acme.com"}), "DOMAIN#acme.com", "connected"),
        ("domain.action_required", json!({"domain": "acme.com"}), "DOMAIN#acme.com", "action_required"),
        ("domain.connected", domain, "ORDER#ord_1", ""),
        ("domain.forwarding_updated", forwarding.clone(), "FORWARDING#fwj_1", "forwarding_updated"),
        ("domain.forwarding_failed", forwarding, "FORWARDING#fwj_1", "forwarding_failed"),
        ("domain_import.completed", import("completed"), "IMPORT#imp_1", "completed"),
        ("domain_import.failed", import("failed"), "IMPORT#imp_1", "failed"),
        ("domain_import.action_required", import("action_required"), "IMPORT#imp_1", "action_required"),
        ("swap.created", swap("created"), "SWAP#swp_1", "created"),
        ("swap.in_progress", swap("in_progress"), "SWAP#swp_1", "in_progress"),
        ("swap.completed", swap("completed"), "SWAP#swp_1", "completed"),
        ("swap.failed", swap("failed"), "SWAP#swp_1", "failed"),
        ("swap.action_required", swap("action_required"), "SWAP#swp_1", "action_required"),
    ]
}

#[tokio::test]
async fn every_documented_event_updates_its_entity() {
    for (kind, entity, about, status) in documented() {
        // May's edition nests the entity under its own key.
        let nested = match kind.split('.').next() {
            Some(family @ ("order" | "domain_import" | "swap")) => json!({ family: entity }),
            _ => entity.clone(),
        };
        for data in [entity, nested] {
            let harness = Harness::start().await;
            harness.deliver_event("evt_1", kind, "2026-05-08T12:00:01Z", &data).await;
            let events = items_of(&harness.stack, "EVENT#evt_1").await;
            assert_eq!((events.len(), text(&events[0], "about")), (1, about), "{kind}");
            let items = items_of(&harness.stack, about).await;
            if about.starts_with("ORDER#") {
                let came = items.iter().any(|item| text(item, "sk") == "ORDER#E#evt_1");
                assert!(came, "{kind} is not on the timeline of {about}");
            }
            if !status.is_empty() {
                assert!(items.iter().any(|item| text(item, "status") == status), "{kind}: {items:?}");
            }
        }
    }
}

fn import(status: &str, rows: Option<&str>) -> Value {
    match rows {
        Some(rows) => json!({"id": "imp_1", "status": status, "domains": [{"domain": "owned-a.com", "status": rows}]}),
        None => json!({"id": "imp_1", "status": status}),
    }
}

/// Full and thin events of one import; some have the same second.
fn mixed() -> Vec<(String, String)> {
    let facts = [
        ("domain_import.action_required", 1, import("action_required", Some("action_required"))),
        ("domain_import.completed", 3, import("completed", None)),
        ("domain_import.action_required", 3, import("action_required", Some("in_progress"))),
        ("domain_import.action_required", 2, import("action_required", None)),
    ];
    numbered(&facts)
}

#[tokio::test]
async fn import_events_commute() {
    let harness = Harness::start().await;
    let table = Table::of(&harness.stack);
    let events = mixed();
    let keys = [("IMPORT#imp_1", "IMPORT"), ("IMPORT#imp_1", "DOC")];
    let mut ends: Vec<(Vec<Option<Item>>, Vec<usize>)> = Vec::new();
    for order in permutations(events.len()) {
        for key in keys {
            table.restore(key, None).await;
        }
        for (id, _) in &events {
            table.restore((&format!("EVENT#{id}"), "EVENT"), None).await;
        }
        // Each event twice: the second one changes nothing.
        for index in order.iter().chain(&order) {
            let (id, body) = &events[*index];
            harness.deliver(&harness.signed(id, body), 204).await;
        }
        let mut end = Vec::new();
        for key in keys {
            end.push(table.get(key).await);
        }
        ends.push((end, order));
    }
    assert_eq!(ends.len(), 24);
    let (first, _) = &ends[0];
    let item = first[0].as_ref().unwrap();
    assert_eq!(text(item, "status"), "completed");
    assert!(text(first[1].as_ref().unwrap(), "doc").contains("owned-a.com"));
    for (end, order) in &ends {
        assert_eq!(end, first, "{order:?}");
    }
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        let longer = |order: &Vec<usize>| {
            (0..=order.len())
                .map(|place| {
                    let mut longer = order.clone();
                    longer.insert(place, next);
                    longer
                })
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

#[tokio::test]
async fn import_finished_by_an_event_needs_no_upstream_call() {
    // The first attempts fail; the next ones are signed again, or repeat the signature.
    for resigned in [true, false] {
        let harness = redelivery::harness(resigned, false).await;
        let token = harness.session("ses_1");
        let body = json!({"domains": ["owned-a.com"]});
        let call = crate::client::Call::post("/v1/domains/import").bearer(&token).json(&body);
        let id = harness.send(call, 202).await.data()["id"].as_str().unwrap().to_owned();
        harness.advance(15).await;
        let look = || crate::client::Call::get(&format!("/v1/domains/import/{id}")).bearer(&token);
        assert_eq!(harness.send(look(), 202).await.data()["status"], "action_required");
        let url = format!("{}/v1/webhooks/peeker", harness.stack.api);
        harness.stack.sandbox.set_webhook_url(Some(NOWHERE.to_owned()));
        harness.advance(15).await;
        harness.stack.sandbox.set_webhook_url(Some(url));
        harness.advance(60).await;
        harness.stack.sandbox.forget_received();
        let view = harness.send(look(), 200).await.data();
        assert_eq!((&view["status"], &view["domains"][0]["status"]), (&json!("completed"), &json!("completed")));
        // The supported providers are read from the inventory, once.
        assert_eq!(harness.upstream_calls("GET"), ["/domains"]);
        harness.send(look(), 200).await;
        assert_eq!(harness.stack.sandbox.received().len(), 1);
        assert_eq!(
            harness.ask(&token, &["owned-a.com"], 200).await.data()["domains"][0]["available"],
            true,
            "{CUSTOMER}"
        );
    }
}
