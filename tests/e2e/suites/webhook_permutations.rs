//! Six events of one order, delivered in every permutation and each repeated, signed again or with the first signature:
//! the customer sees the same result.

use crate::client::{CUSTOMER, Harness};
use crate::delivery::{Delivery, event, numbered};
use crate::receiver::{START, receiver, take};
use crate::redelivery::repeat;
use crate::table::{Item, Table};
use serde_json::{Value, json};

const SECRET: &str = "whsec_permutations";
const ORDER: (&str, &str) = ("ORDER#ord_1", "ORDER");

/// Some have the same second, and the newest status is not the most advanced one.
fn six() -> Vec<(String, String)> {
    let order = |status: &str, total: u32| {
        json!({"id": "ord_1", "status": status, "email": CUSTOMER, "domain_count": 2,
               "created_at": "2026-05-08T12:00:00Z", "costs": {"total_cents": total, "currency": "usd"}})
    };
    let domain = |name: &str, provider: &str| json!({"id": "dom_1", "domain": name, "order_id": "ord_1", "provider": provider, "status": "active"});
    let facts: [(&str, u8, Value); 6] = [
        ("order.in_progress", 0, order("in_progress", 100)),
        ("order.completed", 3, order("completed", 200)),
        ("order.action_required", 5, order("action_required", 300)),
        ("order.in_progress", 5, order("in_progress", 400)),
        ("domain.action_required", 4, domain("getacme.com", "google")),
        ("domain.connected", 4, domain("getacme.com", "microsoft")),
    ];
    numbered(&facts)
}

/// Each of the 720 permutations is a path from the empty set of delivered events to the full one. Paths with the same
/// state of the table continue equally, so each state of each set is continued once: 192 steps if all paths agree.
#[tokio::test]
async fn all_720_permutations_of_six_events_are_equivalent() {
    let harness = Harness::start().await;
    let receiver = receiver(&harness, &[("test", SECRET)], "{timestamp}.{body}", START + 60);
    let table = Table::of(&harness.stack);
    let events = six();
    let full = (1_usize << events.len()) - 1;
    let mut states: Vec<Vec<(Option<Item>, u32)>> = vec![Vec::new(); full + 1];
    states[0].push((None, 1));
    for delivered in 0..full {
        for (state, paths) in states[delivered].clone() {
            for (index, (id, body)) in events.iter().enumerate().filter(|(index, _)| delivered & (1 << index) == 0) {
                table.restore(ORDER, state.clone()).await;
                table.restore((&format!("EVENT#{id}"), "EVENT"), None).await;
                // After the last of them has happened.
                let delivery = Delivery::signed(SECRET, id, &(START + 5).to_string(), body);
                assert_eq!(take(&receiver, &delivery).await, 204, "{body}");
                let after = table.get(ORDER).await;
                for resigned in [true, false] {
                    let again = delivery.again(resigned, SECRET, START + 60);
                    assert_eq!(take(&receiver, &again).await, 204, "{body}");
                    assert_eq!(table.get(ORDER).await, after, "repeated, signed again: {resigned}, {body}");
                }
                let known = &mut states[delivered | (1 << index)];
                match known.iter_mut().find(|(state, _)| *state == after) {
                    Some((_, count)) => *count += paths,
                    None => known.push((after, paths)),
                }
            }
        }
    }
    let paths: u32 = states[full].iter().map(|(_, paths)| paths).sum();
    assert_eq!(paths, 720);
    for (state, paths) in &states[full] {
        table.restore(ORDER, state.clone()).await;
        let view = harness.partner_view("ord_1").await;
        assert_eq!(
            (&view["status"], &view["costs"]["total_cents"]),
            (&json!("action_required"), &json!(300)),
            "{paths}"
        );
        let row = json!({"domain": "getacme.com", "status": "connected", "provider": "microsoft"});
        assert_eq!(view["domains"], json!([row]), "on {paths} paths");
        let ids: Vec<&str> =
            view["timeline"].as_array().unwrap().iter().map(|entry| entry["event_id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["evt_0", "evt_1", "evt_4", "evt_5", "evt_3", "evt_2"], "on {paths} paths");
    }
}

#[tokio::test]
async fn facts_only_in_an_older_event_are_kept() {
    // An event may have only `id` and `status` (docs/upstream.md#event-types); others have the whole order.
    let whole = json!({"id": "ord_1", "status": "completed", "email": CUSTOMER, "domain_count": 2,
                       "created_at": "2026-05-08T12:00:00Z", "costs": {"total_cents": 200, "currency": "usd"}});
    let lean = json!({"id": "ord_1", "status": "cancel_scheduled"});
    let events = [
        ("evt_1", "order.completed", "2026-05-08T12:00:01Z", whole),
        ("evt_2", "order.cancel_scheduled", "2026-05-08T12:00:02Z", lean),
    ];
    let mut views = Vec::new();
    for (order, resigned) in [([0, 1], true), ([1, 0], true), ([0, 1], false), ([1, 0], false)] {
        let harness = Harness::start().await;
        let mut deliveries = Vec::new();
        for index in order {
            let (id, kind, at, data) = &events[index];
            let delivery = harness.signed(id, &event(id, kind, at, data));
            harness.deliver(&delivery, 204).await;
            deliveries.push(delivery);
        }
        repeat(&harness, &deliveries, resigned).await;
        views.push(harness.partner_view("ord_1").await);
    }
    assert_eq!(views[0]["costs"], json!({"total_cents": 200, "currency": "usd"}));
    assert!(views.iter().all(|view| *view == views[0]), "{views:?}");
}
