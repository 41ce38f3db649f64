//! A webhook receiver written as the guides of AWS and cargo-lambda suggest, with every crate's default features: it
//! verifies the signature, then writes one transaction.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use hmac::{Hmac, Mac};
use lambda_http::{Body, Error, Request, Response, run, service_fn};
use serde_json::Value;
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};

const TOLERANCE: i64 = 300;
const KEEP: i64 = 30 * 24 * 60 * 60;

struct App {
    client: Client,
    table: String,
    secret: String,
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_secs() as i64)
}

fn is_signed(request: &Request, secret: &str) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let timestamp = header("peeker-timestamp");
    if timestamp.parse().is_ok_and(|at: i64| (now() - at).abs() > TOLERANCE) {
        return false;
    }
    let signatures = header("peeker-signature").split(',').filter_map(|entry| entry.strip_prefix("v1="));
    signatures.filter_map(|signature| hex::decode(signature).ok()).any(|signature| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(request.body());
        mac.verify_slice(&signature).is_ok()
    })
}

async fn handle(app: &App, request: Request) -> Result<Response<Body>, Error> {
    if !is_signed(&request, &app.secret) {
        return Ok(Response::builder().status(401).body(Body::Empty)?);
    }
    let event: Value = serde_json::from_slice(request.body())?;
    let text = |value: &Value| AttributeValue::S(value.as_str().unwrap_or_default().to_owned());
    let number = |value: i64| AttributeValue::N(value.to_string());
    let order = &event["data"];
    let put = Put::builder()
        .table_name(&app.table)
        .item("pk", AttributeValue::S(format!("EVENT#{}", event["id"].as_str().unwrap_or_default())))
        .item("sk", AttributeValue::S("EVENT".to_owned()))
        .item("type", text(&event["type"]))
        .item("happened_at", text(&event["created_at"]))
        .item("received_at", number(now()))
        .item("entity", AttributeValue::S(order.to_string()))
        .item("expires_at", number(now() + KEEP))
        .condition_expression("attribute_not_exists(pk)")
        .build()?;
    let update = Update::builder()
        .table_name(&app.table)
        .key("pk", AttributeValue::S(format!("ORDER#{}", order["id"].as_str().unwrap_or_default())))
        .key("sk", AttributeValue::S("ORDER".to_owned()))
        .update_expression("SET #status = :status")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":status", text(&order["status"]))
        .build()?;
    let writes = [TransactWriteItem::builder().put(put).build(), TransactWriteItem::builder().update(update).build()];
    app.client.transact_write_items().set_transact_items(Some(writes.to_vec())).send().await?;
    Ok(Response::builder().status(204).body(Body::Empty)?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_http::tracing::init_default_subscriber();
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let app = App {
        client: Client::new(&config),
        table: std::env::var("TABLE_NAME")?,
        secret: std::env::var("WEBHOOK_SECRET")?,
    };
    run(service_fn(|request| handle(&app, request))).await
}
