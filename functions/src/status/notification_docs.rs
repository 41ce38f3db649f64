//! Descriptions of the routes of notifications for docs/openapi.json.

use crate::failure::{Failure, of_the_table};
use crate::http::describe::Describe;
use crate::http::example::Example;
use crate::http::query::{Parameters, refusals_of_pages};
use crate::model::notification::examples::{HAPPENED, example};
use crate::model::notification::{Notification, NotificationId};
use crate::status::notifications::{AttemptRow, NotificationRow, PATH, kind_of, since};
use crate::status::redelivery::{self, Redelivered, RequestedNotification};
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

const ORDER_COMPLETED: &str = "order.completed";
const TIME: &str = "2026-05-08T12:00:00Z";

pub(super) fn list(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = Parameters::refusals([("since", "yesterday"), ("type", "order.created")], |parameters| {
        let text = parameters.take("since");
        since(parameters, text.as_deref(), HAPPENED);
        kind_of(parameters);
    });
    let old = Parameters::refusals([("since", "2026-01-01")], |parameters| {
        let text = parameters.take("since");
        since(parameters, text.as_deref(), HAPPENED);
    });
    route
        .id("listNotifications")
        .summary("List notifications and their deliveries, oldest first")
        .page::<NotificationRow>(PATH)
        .refuses(wrong)
        .refuses(old)
        .refuses(refusals_of_pages())
        .refuses(of_the_table())
}

pub(super) fn redeliver(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("redeliverNotification")
        .summary("Deliver a notification again, to every endpoint or to one")
        .answer::<RequestedNotification>(StatusCode::ACCEPTED, "It is delivered again, under the same id.")
        .refuses([Failure::NotificationNotFound, redelivery::unknown_endpoint()])
        .refuses(redelivery::read_endpoint(fields(json!({"endpoint": ""}))).err())
        .refuses(of_the_table())
}

pub(super) fn redeliver_since(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = [
        json!({}),
        json!({"since": "yesterday"}),
        json!({"since": "2026-01-01T00:00:00Z"}),
        json!({"since": "2027-01-01"}),
        json!({"since": TIME, "endpoint": ""}),
    ];
    route
        .id("redeliverNotifications")
        .summary("Deliver all notifications since a time again")
        .answer::<Redelivered>(StatusCode::ACCEPTED, "They are delivered again, under the same ids.")
        .refuses(wrong.into_iter().filter_map(|body| redelivery::read(fields(body), HAPPENED).err()))
        .refuses([redelivery::unknown_endpoint()])
        .refuses(of_the_table())
}

pub(super) fn test(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = json!({"type": "order.created"});
    route
        .id("testNotification")
        .summary("Send an example of a notification, marked as a test")
        .answer::<RequestedNotification>(StatusCode::CREATED, "It is delivered like any other.")
        .refuses(redelivery::read_type(fields(wrong)).err())
        .refuses(of_the_table())
}

fn fields(body: Value) -> Map<String, Value> {
    match body {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

impl Example for NotificationRow {
    fn example() -> Option<Self> {
        let event = example(ORDER_COMPLETED)?;
        let id = NotificationId::of_fact(ORDER_COMPLETED, &[]);
        let body = Notification { id: id.clone(), at: HAPPENED, event, test: false }.body();
        let event = serde_json::to_value(&body.event).ok()?;
        let attempt = AttemptRow {
            endpoint: "crm".to_owned(),
            at: "2026-05-08T12:00:01Z".to_owned(),
            status: Some(204),
            ms: 83,
            response: String::new(),
        };
        Some(Self {
            id: id.to_string(),
            kind: ORDER_COMPLETED.to_owned(),
            timestamp: body.timestamp,
            recorded_at: "2026-05-08T12:00:01Z".to_owned(),
            version: body.version,
            test: false,
            data: fields(event.get("data").cloned()?),
            attempts: vec![attempt],
        })
    }
}

impl Example for RequestedNotification {
    fn example() -> Option<Self> {
        let id = NotificationId::of_fact(ORDER_COMPLETED, &[]).to_string();
        Some(Self { id, kind: ORDER_COMPLETED.to_owned() })
    }
}

impl Example for Redelivered {
    fn example() -> Option<Self> {
        Some(Self { redelivered: 42, complete: true, since: TIME.to_owned() })
    }
}
