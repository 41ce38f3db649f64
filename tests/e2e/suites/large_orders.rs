//! Orders of 1,000 domains with ten events each, and entities of megabytes: size is never a reason to refuse a fact.

use crate::client::{Bench, CUSTOMER};
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

/// A name of 67 characters, the longest under a short ending.
fn name(index: usize) -> String {
    format!("{:0>63}.com", format!("acme-{index}"))
}

fn entity(id: &str, status: &str) -> Value {
    json!({"id": id, "status": status, "email": CUSTOMER, "created_at": "2026-05-08T12:00:00Z", "domain_count": DOMAINS,
           "costs": {"total_cents": 1_300_000, "currency": "usd"}})
}

/// Records an event past the receiver: its signature has suites of its own, and there are ten thousand.
async fn record(bench: &Bench, body: &Value) {
    let event = Event::parse(body.to_string().as_bytes()).unwrap();
    let now = bench.stack.sandbox.now();
    let at = functions::clock::from_iso(&event.created_at).unwrap();
    let projection = functions::model::projection::Projection::of(&event, at, now);
    bench.stack.store.record(&event, projection.as_ref(), "test", now).await.unwrap();
}

/// Ten events of each domain. The first one of each is recorded; the others stand in the table as that one does, as ten
/// thousand transactions on one machine would only show how fast its disk is.
async fn record_all(bench: &Bench, order: &str) {
    let id = |index: usize, ten: usize| format!("evt_01HZX0EV1A2B3C4D5E{index:04}{ten:04}");
    let first = |index: usize| {
        json!({"id": id(index, 0), "type": "domain.connected", "created_at": "2026-05-08T12:10:00Z",
               "data": {"id": format!("dom_{index}"), "domain": name(index), "order_id": order, "provider": "google"}})
    };
    futures::stream::iter((0..DOMAINS).map(first))
        .for_each_concurrent(16, |body| async move { record(bench, &body).await })
        .await;
    let client = client(&bench.stack);
    let recorded = items_of(&bench.stack, &format!("ORDER#{order}")).await;
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
        let write = client.batch_write_item().request_items(&bench.stack.table, chunk.to_vec());
        assert!(write.send().await.unwrap().unprocessed_items().is_none_or(HashMap::is_empty));
    }
}

/// Requests that read all that is shown of the order, and their read units.
async fn requests(bench: &Bench, order: &str) -> (usize, f64) {
    let client = client(&bench.stack);
    let mut from: Option<HashMap<String, AttributeValue>> = None;
    let (mut requests, mut units) = (0, 0.0);
    loop {
        let page = client
            .query()
            .table_name(&bench.stack.table)
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
async fn an_order_of_1_000_domains_takes_10_events_of_each_and_its_end() {
    let bench = Bench::start().await;
    bench.advance(2 * 60 * 60).await;
    let order = "ord_01HZX0OR1A2B3C4D5E6F7G8H";
    bench.tell("evt_begin", "order.in_progress", "2026-05-08T12:00:00Z", &entity(order, "in_progress")).await;
    record_all(&bench, order).await;
    let view = bench.partner_view(order).await;
    let connected = view["domains"].as_array().unwrap().iter().filter(|row| row["status"] == "connected").count();
    assert_eq!((connected, &view["status"]), (DOMAINS, &json!("in_progress")));
    bench.tell("evt_end", "order.completed", "2026-05-08T13:00:00Z", &entity(order, "completed")).await;
    let view = bench.partner_view(order).await;
    assert_eq!((&view["status"], &view["updated_at"]), (&json!("completed"), &json!("2026-05-08T13:00:00Z")));
    let timeline = view["timeline"].as_array().unwrap();
    assert_eq!(timeline.len(), DOMAINS * EVENTS + 2);
    // The next one still costs what the first one did.
    record(
        &bench,
        &json!({"id": "evt_late", "type": "domain.connected", "created_at": "2026-05-08T13:00:01Z",
        "data": {"domain": name(0), "order_id": order}}),
    )
    .await;
    assert_eq!(timeline.last().unwrap()["event_id"], "evt_end");
    assert!(view.get("timeline_truncated").is_none());
    let (requests, units) = requests(&bench, order).await;
    assert!(requests <= 3, "{requests} requests, {units} units");
    let bytes = serde_json::to_string(&view).unwrap().len();
    assert!(bytes < 4_000_000, "{bytes} bytes");
    println!("1,000 domains: {requests} requests, {units} read units, {bytes} bytes");
}

#[tokio::test]
async fn an_order_with_a_few_events_is_read_by_one_request() {
    let bench = Bench::start().await;
    bench.tell("evt_1", "order.in_progress", "2026-05-08T12:00:00Z", &entity("ord_1", "in_progress")).await;
    for index in 0..100 {
        let data = json!({"domain": name(index), "order_id": "ord_1", "provider": "google"});
        let body = json!({"id": format!("evt_d{index}"), "type": "domain.connected", "created_at": "2026-05-08T12:00:09Z", "data": data});
        record(&bench, &body).await;
    }
    let (requests, units) = requests(&bench, "ord_1").await;
    assert_eq!(requests, 1);
    println!("100 domains, 101 events: {units} read units");
}

#[tokio::test]
async fn all_inboxes_of_the_largest_order_are_kept_and_shown() {
    let bench = Bench::start().await;
    bench.advance(2 * 60 * 60).await;
    let mut order = entity("ord_1", "completed");
    let inbox = |domain: usize, person: usize| json!({"email": format!("sam.person{person}@{}", name(domain))});
    let inboxes: Vec<Value> =
        (0..DOMAINS).flat_map(|domain| (0..10).map(move |person| inbox(domain, person))).collect();
    order["inboxes"] = json!(inboxes);
    bench.tell("evt_1", "order.completed", "2026-05-08T12:00:00Z", &order).await;
    let reply = bench.as_partner("GET", "/v1/orders/ord_1", None, 200).await;
    assert_eq!(reply.data()["inboxes"].as_array().unwrap().len(), 10_000);
    assert_eq!(reply.data().get("inboxes_truncated"), None);
    assert!(reply.text.len() < 5_000_000, "{} bytes", reply.text.len());
}

/// Text that does not compress.
fn noise(length: usize) -> String {
    let mut state = 7_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    };
    (0..length).map(|_| letter()).collect()
}

/// An order's entity of about `bytes`, in many names or in one text.
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
async fn an_event_of_any_size_that_lambda_takes_is_kept_and_moves_its_order() {
    let bench = Bench::start().await;
    bench.advance(2 * 60 * 60).await;
    for (index, bytes) in [410_000, 1024 * 1024, 5_500_000].into_iter().enumerate() {
        for in_names in [false, true] {
            let id = format!("ord_{index}_{in_names}");
            let first = padded(&id, "in_progress", bytes, in_names);
            bench.tell(&format!("evt_a_{id}"), "order.in_progress", "2026-05-08T12:00:01Z", &first).await;
            let last = padded(&id, "completed", bytes, in_names);
            bench.tell(&format!("evt_b_{id}"), "order.completed", "2026-05-08T12:00:02Z", &last).await;
            let view = bench.partner_view(&id).await;
            assert_eq!((&view["status"], &view["full"]["status"]), (&json!("completed"), &json!("completed")), "{id}");
            assert_eq!(view["costs"]["total_cents"], 1_300_000);
        }
    }
    for item in scan(&bench.stack).await {
        // What a packed attribute has as text is not its size; the items of the table are all below the limit, or they
        // could not have been written.
        assert!(!text(&item, "pk").is_empty());
    }
    let (rows, cut) = listed(&bench, 100).await;
    assert_eq!(rows.len(), 12);
    assert!(cut >= 4, "{cut} of 12 are marked as cut");
}

/// All events page by page, and how many are marked as cut; no page is larger than Lambda's answers.
async fn listed(bench: &Bench, per_page: u32) -> (Vec<String>, usize) {
    let mut path = format!("/v1/events?from=2026-05-08&to=2026-05-10&per_page={per_page}");
    let (mut ids, mut cut) = (Vec::new(), 0);
    for _ in 0..200 {
        let reply = bench.as_partner("GET", &path, None, 200).await;
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
async fn events_are_paged_by_bytes_and_none_is_left_out_or_shown_twice() {
    let bench = Bench::start().await;
    bench.advance(2 * 60 * 60).await;
    let mut sent = Vec::new();
    for index in 0..33 {
        let id = format!("ord_{index}");
        // Every third is small; the others compress well, so that 290 KB of text stand in a small item.
        let mut entity = entity(&id, "in_progress");
        if index % 3 != 0 {
            entity["message"] = json!("all is well ".repeat(290_000 / 12));
        }
        let event = format!("evt_{index:02}");
        bench.tell(&event, "order.in_progress", &format!("2026-05-08T12:00:{index:02}Z"), &entity).await;
        sent.push(event);
    }
    for per_page in [1, 7, 100] {
        assert_eq!(listed(&bench, per_page).await, (sent.clone(), 0), "{per_page} a page");
    }
}

#[tokio::test]
async fn the_status_is_known_when_the_reconciler_reads_a_huge_order() {
    let bench = Bench::with(StackConfig::paused()).await;
    let placed = bench.place(&bench.session("ses_1"), &crate::client::draft(&crate::client::FOUR), 201).await.data();
    let id = placed["id"].as_str().unwrap().to_owned();
    bench.stack.sandbox.set_webhook_url(None);
    let order = padded(&id, "completed", 900_000, true);
    let now = bench.stack.sandbox.now();
    bench.stack.store.keep_full_order(&shared::ids::OrderId::parse(id.clone()).unwrap(), &order, now).await.unwrap();
    let view = bench.partner_view(&id).await;
    assert_eq!((&view["full"]["status"], &view["full_truncated"]), (&json!("completed"), &json!(true)));
    assert_eq!(
        items_of(&bench.stack, &format!("ORDER#{id}")).await.iter().filter(|i| text(i, "sk") == "DOC").count(),
        1
    );
}

#[tokio::test]
async fn many_deliveries_of_one_order_at_once_are_all_taken() {
    let bench = Bench::start().await;
    bench.advance(2 * 60 * 60).await;
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
        let bench = &bench;
        async move { drop(bench.deliver(&bench.signed(&id, &body.to_string()), 204).await) }
    };
    futures::stream::iter(deliveries).for_each_concurrent(40, deliver).await;
    let view = bench.partner_view("ord_1").await;
    assert_eq!((&view["status"], view["timeline"].as_array().unwrap().len()), (&json!("cancel_scheduled"), 80));
}
