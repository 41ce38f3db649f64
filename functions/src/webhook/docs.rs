//! What docs/openapi.json says of the webhook.

use crate::failure::{Failure, of_the_table};
use crate::http::describe::Describe;
use crate::http::example::Example;
use crate::http::fields::incomplete;
use crate::webhook::delivery;
use crate::webhook::forward::forwarded_twice;
use crate::webhook::receive::{STALE, WRONG_SIGNATURE, not_an_event};
use crate::webhook::signature::NOT_A_TIME;
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::event::EventProblem;
use shared::schema::Id;

/// An upstream event: any JSON object with an id here or in the header.
#[derive(Serialize, JsonSchema)]
struct Delivered {
    /// Upstream's `evt_…`.
    #[schemars(with = "Option<Id>")]
    id: Option<String>,
    /// Type of the event, such as `order.completed`.
    r#type: Option<String>,
    /// When the event happened, ISO 8601.
    created_at: Option<String>,
    /// The entity that the event is about.
    data: Option<Map<String, Value>>,
}

impl Example for Delivered {
    fn example() -> Option<Self> {
        let order = [("id", "ord_1c4e"), ("status", "completed")];
        Some(Self {
            id: Some("evt_6b0f".to_owned()),
            r#type: Some("order.completed".to_owned()),
            created_at: Some("2026-05-09T08:00:00Z".to_owned()),
            data: Some(order.map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect()),
        })
    }
}

pub(super) fn receive(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("receiveEvent")
        .tag("upstream")
        .summary("Receive an upstream event")
        .description(
            "Every signed delivery is stored if its body is a JSON object with an id in the body or the header. With \
             OTHER_STAGE_URL, a delivery of the other environment is forwarded, and the response is that of the other \
             stage.",
        )
        .takes_header("Peeker-Event-Id", true, "Upstream's event id, `evt_…`.")
        .takes_header("Peeker-Timestamp", true, "When it was signed, in Unix seconds.")
        .takes_header(
            "Peeker-Signature",
            true,
            "`v1=` and 64 hex digits: HMAC-SHA256 over the signed bytes; several are possible.",
        )
        .takes_header(
            "Checkout-Forwarded",
            false,
            "Set on a delivery that another stage has forwarded; it is not forwarded again.",
        )
        .takes::<Delivered>()
        .empty(StatusCode::NO_CONTENT, "Stored, or a duplicate.")
        .refuses([EventProblem::NotAnObject, EventProblem::OtherId].map(not_an_event))
        .refuses([forwarded_twice(), incomplete(), Failure::BodyTooLarge])
        .refuses([delivery::HEADERS, NOT_A_TIME, WRONG_SIGNATURE, STALE, Failure::OtherStageUnreachable])
        .refuses(of_the_table())
        .refusal_means(StatusCode::SERVICE_UNAVAILABLE, "The table or the other stage is unavailable: deliver again.")
}
