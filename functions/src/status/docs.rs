//! Descriptions of the status endpoints for docs/openapi.json.

use crate::failure::{Failure, of_the_table};
use crate::http::describe::Describe;
use crate::http::example::Example;
use crate::http::query::{Parameters, refusals_of_pages};
use crate::status::amounts::SaleView;
use crate::status::events::SPAN;
use crate::status::ledger;
use crate::status::ledger_sums::{CustomerSum, Ledger, LedgerRow, ReferenceSum, Sums};
use crate::status::list::{self, Row};
use crate::status::order::Detailed;
use crate::store::event::StoredEvent;
use crate::store::rejected::{HeaderText, RejectedRow};
use aide::transform::TransformOperation;
use axum::http::StatusCode;
use serde_json::json;
use shared::answers::{DomainView, InboxView, OrderView, PendingAction, TimelineEntry};
use shared::order::{Charge, Costs, OrderStatus, Renewal};
use shared::pricing::{Period, PlanPrice};

/// When the orders of the examples were placed.
const START: &str = "2026-05-08T12:00:00Z";
/// When their newest fact happened.
const NEWEST: &str = "2026-05-09T08:00:00Z";
/// When their paid period ends.
const RENEWAL: &str = "2026-06-08T12:00:00Z";

pub(super) fn orders(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let filters = [("customer", "client"), ("status", "Done"), ("domain", "a..com")];
    let wrong = Parameters::refusals(filters, |parameters| {
        list::customer_of(parameters);
        parameters.word("status");
        list::domain_of(parameters);
    });
    route
        .id("listOrders")
        .tag("partner")
        .summary("List orders, newest first")
        .page::<Row>("/v1/orders")
        .refuses(wrong)
        .refuses(refusals_of_pages())
        .refuses(of_the_table())
}

pub(super) fn order(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("showOrder")
        .tag("customer")
        .summary("Retrieve an order")
        .takes_header("If-None-Match", false, "The ETag of an earlier response.")
        .answer::<Detailed>(StatusCode::OK, "The order.")
        .with_header(StatusCode::OK, "ETag", "Version of the body; send it as If-None-Match.")
        .empty(StatusCode::NOT_MODIFIED, "Not modified.")
        .with_header(StatusCode::NOT_MODIFIED, "ETag", "The ETag of the request.")
        .refuses([Failure::OrderNotFound])
        .refuses(of_the_table())
        .refusal_means(StatusCode::BAD_REQUEST, "The path is not valid: request_malformed.")
}

pub(super) fn events(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = Parameters::refusals([("from", "yesterday"), ("type", "Order")], |parameters| {
        let text = parameters.take("from");
        parameters.time("from", text.as_deref());
        parameters.word("type");
    });
    route
        .id("listEvents")
        .summary("List events, oldest first")
        .page::<StoredEvent>("/v1/events")
        .refuses(wrong)
        .refuses([Failure::bad_field("out_of_range", "to", SPAN)])
        .refuses(refusals_of_pages())
        .refuses(of_the_table())
}

pub(super) fn ledger(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let wrong = Parameters::refusals([("month", "2026-13"), ("format", "xls")], |parameters| {
        ledger::month_of(parameters);
        ledger::format_of(parameters);
    });
    let missing = Parameters::refusals([], |parameters| drop(ledger::month_of(parameters)));
    route
        .id("showLedger")
        .summary("What a month's orders cost, what they were sold for, and what is left")
        .description(
            "Per order, then per customer and per reference. Renewals and refunds are not in it. As CSV with format=csv or \
             Accept: text/csv.",
        )
        .answer::<Ledger>(StatusCode::OK, "The ledger.")
        .also_csv(StatusCode::OK)
        .refuses(wrong)
        .refuses(missing)
        .refuses([ledger::too_large()])
        .refuses(of_the_table())
}

pub(super) fn rejected(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route
        .id("listRejectedDeliveries")
        .summary("List rejected deliveries, newest first")
        .description("The newest 100 of the last 7 days. Empty unless WEBHOOK_CAPTURE is on.")
        .page::<RejectedRow>("/v1/webhooks/rejected")
        .refuses(refusals_of_pages())
        .refuses(of_the_table())
}

fn costs() -> Costs {
    Costs { total_cents: 3_900, currency: "usd".to_owned() }
}

fn charge() -> Charge {
    let plan = PlanPrice { price_cents: 9_900, per: Period::Month };
    Charge { total_cents: 13_800, currency: "usd".to_owned(), plan: Some(plan) }
}

impl Example for Row {
    fn example() -> Option<Self> {
        Some(Self {
            id: "ord_1c4e".to_owned(),
            customer: Some(Some("client@example.com".to_owned())),
            status: OrderStatus::Completed,
            is_final: true,
            domain_count: 1,
            costs: Some(Some(costs())),
            charge: Some(charge()),
            sale: Some(SaleView::example()),
            created_at: Some(START.to_owned()),
            updated_at: NEWEST.to_owned(),
            renews_at: Some(RENEWAL.to_owned()),
            cancels_at: None,
        })
    }
}

impl Example for Ledger {
    fn example() -> Option<Self> {
        let customer = || Some("client@example.com".to_owned());
        let reference = || Some("sale-1042".to_owned());
        let row = LedgerRow {
            order: "ord_1c4e".to_owned(),
            customer: customer(),
            reference: reference(),
            placed_at: START.to_owned(),
            status: OrderStatus::Completed,
            currency: Some("usd".to_owned()),
            cost_cents: Some(3_900),
            charge_cents: Some(13_800),
            margin_cents: Some(9_900),
        };
        let sums = Sums {
            orders: 1,
            currency: Some("usd".to_owned()),
            cost_cents: 3_900,
            charge_cents: Some(13_800),
            margin_cents: Some(9_900),
        };
        Some(Self {
            month: "2026-05".to_owned(),
            orders: vec![row],
            customers: vec![CustomerSum { customer: customer(), sums: sums.clone() }],
            references: vec![ReferenceSum { reference: reference(), sums }],
        })
    }
}

impl Example for Detailed {
    fn example() -> Option<Self> {
        let provider = || Some("google".to_owned());
        let name = || "acme-mail.com".to_owned();
        let action = PendingAction {
            id: Some("act_4d2a".to_owned()),
            kind: "domain_setup".to_owned(),
            reason: Some("nameservers_not_switched".to_owned()),
            domain: Some(name()),
            person: None,
            message: None,
            who: Some("customer".to_owned()),
            what_to_do: Some("Set the nameservers of the domain at its registrar.".to_owned()),
        };
        let started = TimelineEntry {
            event_id: "evt_6b0f".to_owned(),
            kind: "order.created".to_owned(),
            at: START.to_owned(),
            domain: None,
        };
        let view = OrderView {
            id: "ord_1c4e".to_owned(),
            status: OrderStatus::ActionRequired,
            is_final: false,
            domain_count: 1,
            costs: None,
            charge: Some(charge()),
            domains_renewal: Some(Renewal { total_cents: 1_500, currency: "usd".to_owned(), per: Period::Year }),
            domains: vec![DomainView { domain: name(), status: "action_required".to_owned(), provider: provider() }],
            inboxes: vec![InboxView { address: "sam@acme-mail.com".to_owned(), domain: name(), provider: provider() }],
            inboxes_truncated: false,
            pending_actions: vec![action],
            timeline: vec![started],
            timeline_truncated: false,
            created_at: Some(START.to_owned()),
            renews_at: Some(RENEWAL.to_owned()),
            cancels_at: None,
            updated_at: NEWEST.to_owned(),
        };
        Some(Self { view, sale: None, customer: None, full: None, full_truncated: false })
    }
}

impl Example for StoredEvent {
    fn example() -> Option<Self> {
        Some(Self {
            id: "evt_6b0f".to_owned(),
            kind: "order.created".to_owned(),
            created_at: START.to_owned(),
            received_at: "2026-05-08T12:00:01Z".to_owned(),
            environment: "test".to_owned(),
            data: json!({"id": "ord_1c4e", "status": "in_progress"}),
            truncated: false,
            unknown: false,
        })
    }
}

impl Example for RejectedRow {
    fn example() -> Option<Self> {
        let header = ("peeker-event-id".to_owned(), HeaderText::One("evt_6b0f".to_owned()));
        Some(Self {
            id: "rej_17".to_owned(),
            received_at: "2026-05-08T12:00:01Z".to_owned(),
            reason: "webhook_signature".to_owned(),
            headers: [header].into_iter().collect(),
            body_base64: "e30=".to_owned(),
            body_bytes: 2,
            truncated: false,
            withheld: false,
        })
    }
}
