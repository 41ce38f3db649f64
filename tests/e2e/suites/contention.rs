//! A busy table: calls of every kind are first refused because of conflicts, then throttled, and only then executed.
//! The embedded database does neither: it executes calls one after the other.

use crate::client::{CUSTOMER, FOUR, Harness, draft};
use crate::delivery::{Delivery, event};
use crate::imports::DAY;
use crate::instances::{Answer, Instance};
use crate::table::scan;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use e2e::StackConfig;
use functions::store::spend_counter::Limit;
use sandbox::{Drop, Fault};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

/// Number of refused calls per kind: few, so that the test stays short.
const REFUSED: usize = 6;

/// A proxy in front of the database.
#[derive(Clone)]
struct BusyTable {
    database: String,
    http: reqwest::Client,
    /// Number of attempts of each call.
    tries: Arc<Mutex<HashMap<(String, String), usize>>>,
    /// Kinds of refused calls, and how often each was refused.
    met: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl BusyTable {
    /// Starts a proxy in front of the database of `harness`, and returns its URL.
    async fn before(harness: &Harness) -> (Self, String) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let storm =
            Self { database: harness.stack.database_url.clone(), http, tries: Arc::default(), met: Arc::default() };
        let listener = e2e::listen(0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", post(pass)).with_state(storm.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (storm, format!("http://{address}"))
    }

    fn met(&self) -> BTreeSet<String> {
        self.met.lock().unwrap().keys().cloned().collect()
    }
}

async fn pass(State(storm): State<BusyTable>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let operation = headers["x-amz-target"].to_str().unwrap().rsplit('.').next().unwrap().to_owned();
    let tries = {
        let mut tries = storm.tries.lock().unwrap();
        let tries = tries.entry((operation.clone(), body.clone())).or_default();
        *tries += 1;
        *tries
    };
    let kinds = kinds(&operation, &body);
    let is_new = {
        let met = storm.met.lock().unwrap();
        kinds.iter().any(|kind| met.get(kind).is_none_or(|met| *met < REFUSED))
    };
    if let Some(refusal) = refusal(&operation, &body, tries).filter(|_| is_new) {
        for kind in kinds {
            *storm.met.lock().unwrap().entry(kind).or_default() += 1;
        }
        return (StatusCode::BAD_REQUEST, refusal.to_string());
    }
    let mut request = storm.http.post(&storm.database).body(body);
    for name in ["x-amz-target", "x-amz-date", "authorization", "content-type"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value.to_str().unwrap());
        }
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// DynamoDB's first responses, as in its API reference.
fn refusal(operation: &str, body: &str, tries: usize) -> Option<Value> {
    let exception = |kind: &str| {
        let kind = format!("com.amazonaws.dynamodb.v20120810#{kind}");
        json!({"__type": kind, "message": "busy", "Message": "busy"})
    };
    let cancelled = |code: &str| {
        let body: Value = serde_json::from_str(body).unwrap();
        let items = body["TransactItems"].as_array().unwrap().len();
        let mut reasons = vec![json!({"Code": "None"}); items - 1];
        reasons.push(json!({"Code": code, "Message": "busy"}));
        let mut refusal = exception("TransactionCanceledException");
        refusal["CancellationReasons"] = Value::Array(reasons);
        refusal
    };
    match (operation, tries) {
        ("TransactWriteItems", 1) => Some(cancelled("TransactionConflict")),
        ("TransactWriteItems", 2) => Some(cancelled("ThrottlingError")),
        ("TransactWriteItems", 3) => Some(exception("ThrottlingException")),
        ("PutItem" | "UpdateItem" | "DeleteItem", 1) => Some(exception("TransactionConflictException")),
        ("PutItem" | "UpdateItem" | "DeleteItem", 2) => Some(exception("ProvisionedThroughputExceededException")),
        ("GetItem" | "BatchGetItem" | "Query", 1) => Some(exception("ThrottlingException")),
        _ => None,
    }
}

/// `operation PARTITION/SORT` of each write of a call, without ids; for a read only its operation.
fn kinds(operation: &str, body: &str) -> Vec<String> {
    let body: Value = serde_json::from_str(body).unwrap();
    let kind = |write: &Value| {
        let key = if write["Key"].is_object() { &write["Key"] } else { &write["Item"] };
        let part = |name: &str| key[name]["S"].as_str().unwrap_or_default().split('#').next().unwrap().to_owned();
        format!("{}/{}", part("pk"), part("sk"))
    };
    match operation {
        "TransactWriteItems" => {
            let writes = body["TransactItems"].as_array().unwrap().iter();
            writes
                .flat_map(|write| write.as_object().unwrap())
                .map(|(of, write)| format!("{of} {}", kind(write)))
                .collect()
        }
        "PutItem" | "UpdateItem" | "DeleteItem" => vec![format!("{operation} {}", kind(&body))],
        _ => vec![operation.to_owned()],
    }
}

/// Every kind of write of the functions.
const WRITERS: &[&str] = &[
    "ConditionCheck FORGOTTEN/FORGOTTEN",
    "Delete ORDER/ENDS",
    "DeleteItem ORDER/APPROVAL",
    "DeleteItem ORDER/BY",
    "DeleteItem ORDER/ORDER",
    "DeleteItem OWNER/CLAIMS_LOCK",
    "DeleteItem OWNER/DOMAIN",
    "DeleteItem OWNER/IMPORT",
    "DeleteItem PART/PART",
    "DeleteItem SPEND/SPEND",
    "Put DOMAIN/OWNER",
    "Put EVENT/EVENT",
    "Put NOTIFICATION/NOTIFICATION",
    "Put ORDER/ORDER",
    "Put ORDER/QUOTE",
    "Put OWNER/DOMAIN",
    "PutItem FORGOTTEN/FORGOTTEN",
    "PutItem OWNER/IMPORT",
    "PutItem PART/PART",
    "PutItem QUOTE/QUOTE",
    "PutItem SESSION/PLACEMENT",
    "Update DOMAIN/DOC",
    "Update DOMAIN/DOMAIN",
    "Update FORWARDING/DOC",
    "Update FORWARDING/FORWARDING",
    "Update IMPORT/IMPORT",
    "Update ORDER/BY",
    "Update ORDER/DOC",
    "Update ORDER/ENDS",
    "Update ORDER/ORDER",
    "Update OWNER/CLAIMS_LOCK",
    "Update SESSION/PLACEMENT",
    "Update SPEND/SPEND",
    "Update SWAP/DOC",
    "Update SWAP/SWAP",
    "UpdateItem DOMAIN/OWNER",
    "UpdateItem EVENT/EVENT",
    "UpdateItem IMPORT/DOC",
    "UpdateItem IMPORT/IMPORT",
    "UpdateItem NOTIFICATION/NOTIFICATION",
    "UpdateItem ORDER/BY",
    "UpdateItem ORDER/DOC",
    "UpdateItem ORDER/ORDER",
    "UpdateItem RATE/RATE",
    "UpdateItem SESSION/BUDGET",
    "UpdateItem SESSION/PLACEMENT",
    "UpdateItem SPEND/SPEND",
];

/// Every read operation.
const READERS: [&str; 3] = ["BatchGetItem", "GetItem", "Query"];

struct Life<'b> {
    harness: &'b Harness,
    instance: Instance,
}

impl Life<'_> {
    async fn ask(&self, call: (&str, &str), token: &str, body: &Value, status: u16) -> Value {
        let Answer { status: answered, body, .. } = self.instance.call(call, token, body.to_string(), &[]).await;
        assert_eq!(answered, status, "{call:?}: {body}");
        body["data"].clone()
    }

    async fn post(&self, path: &str, token: &str, body: &Value, status: u16) -> Value {
        self.ask(("POST", path), token, body, status).await
    }

    async fn deliver_event(&self, id: &str, kind: &str, data: &Value) {
        let Delivery { headers, body } = self.harness.signed(id, &event(id, kind, "2026-05-08T12:00:00Z", data));
        let reply = self.instance.call(("POST", "/v1/webhooks/peeker"), "", body, &headers).await;
        assert_eq!(reply.status, 204, "{kind}: {reply:?}");
    }
}

fn names(prefix: &str) -> Vec<String> {
    (0..4).map(|index| format!("{prefix}-{index}.com")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_write_is_retried_on_conflict_and_throttling() {
    let limits = Limit { orders: Some(50), cents: Some(10_000_000) };
    let config =
        StackConfig { customer_daily: limits, partner_daily: limits, import_switch: None, ..StackConfig::paused() };
    let harness = Harness::with(StackConfig { calls_per_minute: Some(600), keep_personal_days: 2, ..config }).await;
    harness.stack.sandbox.set_webhook_url(None);
    let (storm, at) = BusyTable::before(&harness).await;
    let life = Life { harness: &harness, instance: Instance::at(&harness, &at).await };
    let (sandbox, partner) = (&harness.stack.sandbox, harness.stack.values.partner_key.clone());

    // Imports: started, released, connected.
    let token = harness.session("ses_1");
    let job = life.post("/v1/domains/import", &token, &json!({"domains": ["owned-a.com", "owned-b.com"]}), 202).await;
    let job = job["id"].as_str().unwrap().to_owned();
    let release = format!("/v1/domains/import/{job}/release");
    life.post(&release, &token, &json!({"domains": ["owned-b.com"]}), 202).await;
    assert!(sandbox.switch_nameservers(&job));
    harness.advance(61).await;
    life.ask(("GET", &format!("/v1/domains/import/{job}")), &token, &Value::Null, 200).await;
    life.deliver_event("evt_import", "domain_import.completed", &json!({"id": job, "status": "completed"})).await;
    let other = life.post("/v1/domains/import", &token, &json!({"domains": ["owned-c.com"]}), 202).await;
    let release = format!("/v1/domains/import/{}/release", other["id"].as_str().unwrap());
    life.post(&release, &token, &json!({"domains": ["owned-c.com"]}), 200).await;

    // One order that is refused, and one that is placed, with all its events.
    let quote = life.post("/v1/quotes", &token, &json!({ "domains": FOUR }), 200).await;
    sandbox.fail_next(Fault { status: Some(400), code: Some("no".to_owned()), ..Fault::on("POST", "/orders") });
    life.post("/v1/orders", &token, &draft(&FOUR), 502).await;
    let mut order = draft(&FOUR);
    order["quote"] = quote["token"].clone();
    let id = life.post("/v1/orders", &token, &order, 201).await["id"].as_str().unwrap().to_owned();
    for (index, kind) in ["in_progress", "action_required", "completed"].into_iter().enumerate() {
        let whole = json!({"id": id, "status": kind, "email": CUSTOMER, "user_id": "usr_9", "domain_count": 4,
            "created_at": "2026-05-08T12:00:00Z", "inboxes": [{"email": format!("sam@{}", FOUR[0]), "domain": FOUR[0]}],
            "domains": {"registered": FOUR}, "costs": {"total_cents": 6_700, "currency": "usd"}});
        life.deliver_event(&format!("evt_{index}"), &format!("order.{kind}"), &whole).await;
    }
    let inbox =
        json!({"domain": FOUR[1], "order_id": id, "provider": "google", "inboxes": [{"email": "sam@getacme.com"}]});
    for (event, kind, data) in [
        ("evt_domain", "domain.connected", inbox),
        ("evt_alone", "domain.connected", json!({"id": "dom_1", "domain": "alone.com"})),
        ("evt_swap", "swap.completed", json!({"id": "swp_1", "status": "completed", "order_id": id})),
        ("evt_redirect", "domain.forwarding_updated", json!({"id": "fwd_1", "status": "live", "domain": FOUR[0]})),
        ("evt_later", "a.later_type", json!({"id": "x_1"})),
    ] {
        life.deliver_event(event, kind, &data).await;
    }
    life.ask(("GET", &format!("/v1/orders/{id}")), &token, &Value::Null, 200).await;
    life.post(&format!("/v1/orders/{id}/cancel"), &partner, &json!({"whole": true}), 200).await;

    // A large draft with a lost response; the reconciler finds it.
    let mut claims = harness.claims("ses_large");
    claims["plan"] = json!({"microsoft_licenses": 200});
    let large: Vec<String> = (0..200).map(|index| format!("large-{index}.com")).collect();
    let large: Vec<Value> = large.iter().map(|name| json!({"domain": name, "forwarding_url": noise(name)})).collect();
    let mut order = draft(&[]);
    order["domains"] = large.into();
    sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    life.post("/v1/orders", &harness.sign(&claims), &order, 202).await;
    harness.advance(120).await;
    let report = life.instance.reconciler.run().await.unwrap();
    assert_eq!((report.placements, report.failed), (1, 0), "{report:?}");

    // Forgetting while an order is pending, and the end of personal data.
    let mut claims = harness.claims("ses_2");
    claims["sub"] = "other@example.com".into();
    let second = names("second");
    let second: Vec<&str> = second.iter().map(String::as_str).collect();
    sandbox.fail_next(Fault { drop: Some(Drop::After), ..Fault::on("POST", "/orders") });
    sandbox.fail_next(Fault { status: Some(503), times: 2, ..Fault::on("GET", "/orders") });
    life.post("/v1/orders", &harness.sign(&claims), &draft(&second), 202).await;
    let forgotten = life.post("/v1/customers/forget", &partner, &json!({"customer": "other@example.com"}), 200).await;
    assert_eq!((&forgotten["open"], &forgotten["complete"]), (&json!(1), &json!(true)));
    for _ in 0..3 {
        harness.advance(3 * DAY).await;
        let report = life.instance.reconciler.run().await.unwrap();
        assert_eq!(report.failed, 0, "{report:?}");
    }
    let forgotten = life.post("/v1/customers/forget", &partner, &json!({"customer": CUSTOMER}), 200).await;
    assert_eq!((&forgotten["orders"], &forgotten["complete"]), (&json!(2), &json!(true)));
    assert_eq!(sandbox.orders().len(), 3);
    for item in scan(&harness.stack).await {
        assert!(!format!("{item:?}").contains(CUSTOMER), "{item:?}");
    }

    let known: BTreeSet<String> = [WRITERS, &READERS[..]].concat().into_iter().map(str::to_owned).collect();
    assert_eq!(storm.met(), known, "who met others or was throttled");
}

/// A web address that does not compress well.
fn noise(seed: &str) -> String {
    let seed = seed.bytes().fold(7_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let mut rng = fastrand::Rng::with_seed(seed);
    let path: String = (0..1_500).map(|_| rng.digit(16)).collect();
    format!("https://acme.example.com/{path}")
}
