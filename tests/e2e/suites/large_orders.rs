//! Orders of 1,000 domains with ten events each, and entities of megabytes: size never causes a loss of facts.

use crate::client::{CUSTOMER, Harness};
use crate::table::{client, items_of, scan, text};
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, ReturnConsumedCapacity, WriteRequest};
use e2e::StackConfig;
use futures::StreamExt;
use serde_json::{Value, json};
use shared::event::Event;
use std::collections::HashMap;

/// Domains of the largest order.
const DOMAINS: usize = 1_000;
/// Events of each of its domains.
const EVENTS: usize = 10;

/// A name of 67 characters, the longest under a short TLD.
fn name(index: usize) -> String {
    format!("{:0>63}.com", format!("acme-{index}"))
}

fn entity(id: &str, status: &str) -> Value {
    json!({"id": id, "status": status, "email": CUSTOMER, "created_at": "2026-05-08T12:00:00Z", "domain_count": DOMAINS,
           "costs": {"total_cents": 1_300_000, "currency": "usd"}})
}

/// Records an event without the receiver: signatures have their own suites, and there are ten thousand events.
async fn record(harness: &Harness, body: &Value) {
    let event = Event::parse(body.to_string().as_bytes()).unwrap();
    let now = harness.stack.sandbox.now();
    let at = functions::clock::from_iso(&event.created_at).unwrap();
    let projection = functions::model::projection::Projection::of(&event, at, now);
    harness.stack.store.record(&event, projection.as_ref(), "test", now).await.unwrap();
}

/// Records ten events of each domain. The first event of each domain is recorded normally; the others are written as
/// equal items, because ten thousand transactions on one machine would only measure its disk.
async fn record_all(harness: &Harness, order: &str) {
    let id = |index: usize, ten: usize| format!("evt_01HZX0EV1A2B3C4D5E{index:04}{ten:04}");
    let first = |index: usize| {
        json!({"id": id(index, 0), "type": "domain.connected", "created_at": "2026-05-08T12:10:00Z",
               "data": {"id": format!("dom_{index}"), "domain": name(index), "order_id": order, "provider": "google"}})
    };
    futures::stream::iter((0..DOMAINS).map(first))
        .for_each_concurrent(16, |body| async move { record(harness, &body).await })
        .await;
    let client = client(&harness.stack);
    let recorded = items_of(&harness.stack, &format!("ORDER#{order}")).await;
    let entries = recorded.into_iter().filter(|item| item.contains_key("d"));
    let copies: Vec<WriteRequest> = entries
        .enumerate()
        .flat_map(|(index, entry)| (1..EVENTS).map(move |ten| (index, ten, entry.clone())))
        .map(|(index, ten, mut entry)| {
            entry.insert("sk".to_owned(), AttributeValue::S(format!("ORDER#E#{}", id(index, ten))));
            entry.insert("t".to_owned(), AttributeValue::S("domain.action_required".to_owned()));
            let put = PutRequest::builder().set_item(Some(entry)).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        })
        .collect();
    for chunk in copies.chunks(25) {
        let write = client.batch_write_item().request_items(&harness.stack.table, chunk.to_vec());
        assert!(write.send().await.unwrap().unprocessed_items().is_none_or(HashMap::is_empty));
    }
}

/// The number of requests that read everything shown of the order, and their read units.
async fn requests(harness: &Harness, order: &str) -> (usize, f64) {
    let client = client(&harness.stack);
    let mut from: Option<HashMap<String, AttributeValue>> = None;
    let (mut requests, mut units) = (0, 0.0);
    loop {
        let page = client
            .query()
            .table_name(&harness.stack.table)
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", AttributeValue::S(format!("ORDER#{order}")))
            .expression_attribute_values(":sk", AttributeValue::S("ORDER".to_owned()))
            .set_exclusive_start_key(from.take())
            .send()
            .await
            .unwrap();
        requests += 1;
        units += page.consumed_capacity().and_then(|used| used.capacity_units()).unwrap_or(0.0);
        from = page.last_evaluated_key().cloned();
        if from.is_none() {
            return (requests, units);
        }
    }
}

#[tokio::test]
async fn order_of_1_000_domains_records_10_events_of_each() {
    let harness = Harness::start().await;
    harness.advance(2 * 60 * 60).await;
    let order = "ord_01HZX0OR1A2B3C4D5E6F7G8H";
    harness
        .deliver_event("evt_begin", "order.in_progress", "2026-05-08T12:00:00Z", &entity(order, "in_progress"))
        .await;
    record_all(&harness, order).await;
    let view = harness.partner_view(order).await;
    let connected = view["domains"].as_array().unwrap().iter().filter(|row| row["status"] == "connected").count();
    assert_eq!((connected, &view["status"]), (DOMAINS, &json!("in_progress")));
    harness.deliver_event("evt_end", "order.completed", "2026-05-08T13:00:00Z", &entity(order, "completed")).await;
    let view = harness.partner_view(order).await;
    assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T13:00:00Z")));
    let timeline = view["timeline"].as_array().unwrap();
    assert_eq!(timeline.len(), DOMAINS * EVENTS + 2);
    // The next event costs as much as the first one.
    record(
        &harness,
        &json!({"id": "evt_late", "type": "domain.connected", "created_at": "2026-05-08T13:00:01Z",
        "data": {"domain": name(0), "order_id": order}}),
    )
    .await;
    assert_eq!(timeline.last().unwrap()["event_id"], "evt_end");
    assert!(view.get("timeline_truncated").is_none());
    let (requests, units) = requests(&harness, order).await;
    assert!(requests <= 3, "{requests} requests, {units} units");
    let bytes = serde_json::to_string(&view).unwrap().len();
    assert!(bytes < 4_000_000, "{bytes} bytes");
    println!("1,000 domains: {requests} requests, {units} read units, {bytes} bytes");
}

#[tokio::test]
async fn order_with_a_few_events_is_read_with_one_query() {
    let harness = Harness::start().await;
    harness.deliver_event("evt_1", "order.in_progress", "2026-05-08T12:00:00Z", &entity("ord_1", "in_progress")).await;
    for index in 0..100 {
        let data = json!({"domain": name(index), "order_id": "ord_1", "provider": "google"});
        let body = json!({"id": format!("evt_d{index}"), "type": "domain.connected", "created_at": "2026-05-08T12:00:09Z", "data": data});
        record(&harness, &body).await;
    }
    let (requests, units) = requests(&harness, "ord_1").await;
    assert_eq!(requests, 1);
    println!("100 domains, 101 events: {units} read units");
}

#[tokio::test]
async fn inboxes_of_the_largest_order_are_stored_and_shown() {
    let harness = Harness::start().await;
    harness.advance(2 * 60 * 60).await;
    let mut order = entity("ord_1", "completed");
    let inbox = |domain: usize, person: usize| json!({"email": format!("sam.person{person}@{}", name(domain))});
    let inboxes: Vec<Value> =
        (0..DOMAINS).flat_map(|domain| (0..10).map(move |person| inbox(domain, person))).collect();
    order["inboxes"] = json!(inboxes);
    harness.deliver_event("evt_1", "order.completed", "2026-05-08T12:00:00Z", &order).await;
    let reply = harness.as_partner("GET", "/v1/orders/ord_1", None, 200).await;
    assert_eq!(reply.data()["inboxes"].as_array().unwrap().len(), 10_000);
    assert_eq!(reply.data().get("inboxes_truncated"), None);
    assert!(reply.text.len() < 5_000_000, "{} bytes", reply.text.len());
}

/// Text that does not compress.
fn noise(length: usize) -> String {
    let mut rng = fastrand::Rng::with_seed(7);
    (0..length).map(|_| rng.lowercase()).collect()
}

/// An order's entity of about `bytes`, in many names or in one string.
fn padded(id: &str, status: &str, bytes: usize, in_names: bool) -> Value {
    let mut entity = entity(id, status);
    let text = noise(bytes);
    if in_names {
        let name = |n: usize| format!("{}.com", text.get(n * 60..n * 60 + 57).unwrap());
        let names: Vec<String> = (0..bytes / 64).map(name).collect();
        entity["domains"] = json!({ "registered": names });
    } else {
        entity["domains"] = json!({"registered": ["acme.com"]});
        entity["message"] = json!(text);
    }
    entity
}

#[tokio::test]
async fn events_up_to_the_lambda_limit_are_stored() {
    let harness = Harness::start().await;
    harness.advance(2 * 60 * 60).await;
    for (index, bytes) in [410_000, 1024 * 1024, 5_500_000].into_iter().enumerate() {
        for in_names in [false, true] {
            let id = format!("ord_{index}_{in_names}");
            let first = padded(&id, "in_progress", bytes, in_names);
            harness.deliver_event(&format!("evt_a_{id}"), "order.in_progress", "2026-05-08T12:00:01Z", &first).await;
            let last = padded(&id, "completed", bytes, in_names);
            harness.deliver_event(&format!("evt_b_{id}"), "order.completed", "2026-05-08T12:00:02Z", &last).await;
            let view = harness.partner_view(&id).await;
            assert_eq!((&view["status"], &view["full"]["status"]), (&json!("completed"), &json!("completed")), "{id}");
            assert_eq!(view["costs"]["total_cents"], 1_300_000);
        }
    }
    for item in scan(&harness.stack).await {
        // The length of an unpacked attribute is not its stored size; all items are below the limit, or they could not
        // have been written.
        assert!(!text(&item, "pk").is_empty());
    }
    let (rows, cut) = listed(&harness, 100).await;
    assert_eq!(rows.len(), 12);
    assert!(cut >= 4, "{cut} of 12 are marked as cut");
}

/// All events, page by page, and how many are marked as truncated. Checks that no page exceeds Lambda's limit.
async fn listed(harness: &Harness, per_page: u32) -> (Vec<String>, usize) {
    let mut path = format!("/v1/events?from=2026-05-08&to=2026-05-10&per_page={per_page}");
    let (mut ids, mut cut) = (Vec::new(), 0);
    for _ in 0..200 {
        let reply = harness.as_partner("GET", &path, None, 200).await;
        assert!(reply.text.len() <= 4 * 1024 * 1024 + 1_000, "{} bytes", reply.text.len());
        let page = reply.json();
        for row in page["data"].as_array().unwrap() {
            ids.push(row["id"].as_str().unwrap().to_owned());
            cut += usize::from(row["truncated"] == true);
            assert!(row["data"]["id"].is_string(), "{}", row["id"]);
        }
        match page["links"]["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => return (ids, cut),
        }
    }
    panic!("the list has no end");
}

#[tokio::test]
async fn event_pages_by_size_show_each_event_once() {
    let harness = Harness::start().await;
    harness.advance(2 * 60 * 60).await;
    let mut sent = Vec::new();
    for index in 0..33 {
        let id = format!("ord_{index}");
        // Every third one is small; the others compress well, so that 290 KB of text fit into a small item.
        let mut entity = entity(&id, "in_progress");
        if index % 3 != 0 {
            entity["message"] = json!("all is well ".repeat(290_000 / 12));
        }
        let event = format!("evt_{index:02}");
        harness.deliver_event(&event, "order.in_progress", &format!("2026-05-08T12:00:{index:02}Z"), &entity).await;
        sent.push(event);
    }
    for per_page in [1, 7, 100] {
        assert_eq!(listed(&harness, per_page).await, (sent.clone(), 0), "{per_page} a page");
    }
}

#[tokio::test]
async fn reconciler_reads_the_status_of_a_huge_order() {
    let harness = Harness::with(StackConfig::paused()).await;
    let placed =
        harness.place(&harness.session("ses_1"), &crate::client::draft(&crate::client::FOUR), 201).await.data();
    let id = placed["id"].as_str().unwrap().to_owned();
    harness.stack.sandbox.set_webhook_url(None);
    let order = padded(&id, "completed", 900_000, true);
    let now = harness.stack.sandbox.now();
    harness.stack.store.keep_full_order(&shared::ids::OrderId::parse(id.clone()).unwrap(), &order, now).await.unwrap();
    let view = harness.partner_view(&id).await;
    assert_eq!((&view["full"]["status"], &view["full_truncated"]), (&json!("completed"), &json!(true)));
    assert_eq!(
        items_of(&harness.stack, &format!("ORDER#{id}")).await.iter().filter(|i| text(i, "sk") == "DOC").count(),
        1
    );
}

#[tokio::test]
async fn concurrent_deliveries_of_one_order_are_all_accepted() {
    let harness = Harness::start().await;
    harness.advance(2 * 60 * 60).await;
    let kinds = ["in_progress", "action_required", "completed", "cancel_scheduled"];
    let deliveries: Vec<(String, Value)> = (0..80)
        .map(|index| {
            let id = format!("evt_{index}");
            let kind = kinds[index % kinds.len()];
            let at = format!("2026-05-08T12:{:02}:{:02}Z", index / 60, index % 60);
            (
                id.clone(),
                json!({"id": id, "type": format!("order.{kind}"), "created_at": at, "data": entity("ord_1", kind)}),
            )
        })
        .collect();
    let deliver = |(id, body): (String, Value)| {
        let harness = &harness;
        async move { drop(harness.deliver(&harness.signed(&id, &body.to_string()), 204).await) }
    };
    futures::stream::iter(deliveries).for_each_concurrent(40, deliver).await;
    let view = harness.partner_view("ord_1").await;
    assert_eq!((&view["status"], view["timeline"].as_array().unwrap().len()), (&json!("cancel_scheduled"), 80));
}
