//! An example of each type: for docs/notifications/ and for notifications that are made for a test.

use crate::model::notification::catalogue::Event;
use crate::model::notification::data::{
    DomainConnected, EndpointDisabled, EndpointRecovered, ImportCompleted, ImportNeedsNameservers, MarginBelowFloor,
    OrderCancelScheduled, OrderCancelled, OrderCompleted, OrderFailed, OrderNeedsAction, OrderNotPlaced, OrderPlaced,
    OrderRenewsSoon, UpstreamDrift,
};
use crate::model::notification::parts::{
    AboutOrder, AboutSale, ActionPart, ApprovalPart, BelowFloorPart, EndpointPart, ImportPart, OrderPart,
};
use crate::model::notification::words::action_text;
use crate::model::pending_action::CUSTOMER;
use shared::answers::NameserverGroup;
use std::collections::BTreeMap;

/// When the examples happened: 2026-05-08T12:00:00Z.
pub const HAPPENED: i64 = 1_778_241_600;
const ORDER: &str = "ord_8Kq2";
const CUSTOMER_OF_EXAMPLES: &str = "buyer@acme.com";
const REFERENCE: &str = "sale-1042";
const SESSION: &str = "ses_2f9c41d07b6e8a35";

fn metadata() -> BTreeMap<String, String> {
    BTreeMap::from([("campaign".to_owned(), "spring".to_owned())])
}

fn about(status: &str, sequence: u64) -> AboutOrder {
    AboutOrder {
        order: OrderPart {
            id: ORDER.to_owned(),
            status: status.to_owned(),
            customer: Some(CUSTOMER_OF_EXAMPLES.to_owned()),
        },
        sequence,
        reference: Some(REFERENCE.to_owned()),
        metadata: metadata(),
    }
}

fn sale() -> AboutSale {
    AboutSale { reference: Some(REFERENCE.to_owned()), metadata: metadata() }
}

fn approval() -> ApprovalPart {
    ApprovalPart { id: "apr_5d1e".to_owned(), amount_cents: Some(14_900), currency: Some("usd".to_owned()) }
}

fn import() -> ImportPart {
    ImportPart {
        id: "imp_8Kq2".to_owned(),
        customer: Some(CUSTOMER_OF_EXAMPLES.to_owned()),
        domains: vec!["acme-mail.com".to_owned()],
    }
}

fn endpoint() -> EndpointPart {
    EndpointPart { id: "crm".to_owned(), url: "https://crm.acme.com/hook".to_owned() }
}

fn needs_action() -> OrderNeedsAction {
    let action = ActionPart {
        kind: "domain_action_required".to_owned(),
        domain: Some("acme-mail.com".to_owned()),
        who: CUSTOMER.to_owned(),
        what_to_do: "Set the nameservers of acme-mail.com at its registrar as shown at its import.".to_owned(),
    };
    let link = format!("https://app.acme.com/orders/{ORDER}");
    let text = action_text("en", ORDER, std::slice::from_ref(&action), Some(&link));
    OrderNeedsAction {
        about: about("action_required", 3_729_239_623_344_381),
        actions: vec![action],
        subject: text.subject,
        body: text.body,
        link: Some(link),
        language: "en".to_owned(),
    }
}

/// The example of type `kind`; `None` for any other word.
pub fn example(kind: &str) -> Option<Event> {
    Some(match kind {
        "order.placed" => Event::OrderPlaced(OrderPlaced {
            about: about("in_progress", 3_729_239_623_116_402),
            session: SESSION.to_owned(),
            approval: Some(approval()),
        }),
        "order.not_placed" => Event::OrderNotPlaced(OrderNotPlaced {
            session: SESSION.to_owned(),
            approval: Some(approval()),
            sale: sale(),
        }),
        "order.completed" => Event::OrderCompleted(OrderCompleted { about: about("completed", 3_729_239_623_501_077) }),
        "order.needs_action" => Event::OrderNeedsAction(needs_action()),
        "order.failed" => Event::OrderFailed(OrderFailed { about: about("failed", 3_729_239_623_601_904) }),
        "order.cancel_scheduled" => Event::OrderCancelScheduled(OrderCancelScheduled {
            about: about("cancel_scheduled", 3_729_239_623_770_116),
            cancels_at: Some("2026-06-08T12:00:00Z".to_owned()),
        }),
        "order.cancelled" => Event::OrderCancelled(OrderCancelled { about: about("cancelled", 3_734_856_442_800_555) }),
        "order.renews_soon" => Event::OrderRenewsSoon(OrderRenewsSoon {
            about: about("completed", 3_733_588_774_000_871),
            renews_at: "2026-06-08T12:00:00Z".to_owned(),
        }),
        "domain.connected" => Event::DomainConnected(DomainConnected {
            about: about("in_progress", 3_729_239_623_381_000),
            domain: "acme-mail.com".to_owned(),
            provider: Some("google".to_owned()),
        }),
        "import.needs_nameservers" => Event::ImportNeedsNameservers(ImportNeedsNameservers {
            import: import(),
            nameserver_groups: vec![NameserverGroup {
                nameservers: ["ada.ns.example.net", "bob.ns.example.net"].map(str::to_owned).into(),
                domains: vec!["acme-mail.com".to_owned()],
            }],
            reminder: 0,
            sale: sale(),
        }),
        "import.completed" => Event::ImportCompleted(ImportCompleted { import: import(), sale: sale() }),
        "upstream.drift" => Event::UpstreamDrift(UpstreamDrift {
            about: about("completed", 3_729_239_623_501_101),
            recorded_status: "in_progress".to_owned(),
        }),
        "margin.below_floor" => Event::MarginBelowFloor(MarginBelowFloor {
            session: SESSION.to_owned(),
            below: BelowFloorPart {
                reason: "too_low".to_owned(),
                cost_cents: Some(5_200),
                cost_currency: Some("usd".to_owned()),
                charge_cents: Some(4_900),
                currency: "usd".to_owned(),
                min_margin_percent: 0,
            },
            sale: sale(),
        }),
        "endpoint.disabled" => Event::EndpointDisabled(EndpointDisabled {
            endpoint: endpoint(),
            reason: "failing".to_owned(),
            failing_since: "2026-05-03T12:00:00Z".to_owned(),
            sale: AboutSale::default(),
        }),
        "endpoint.recovered" => {
            Event::EndpointRecovered(EndpointRecovered { endpoint: endpoint(), sale: AboutSale::default() })
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{HAPPENED, example};
    use crate::model::notification::catalogue::KINDS;
    use crate::model::notification::{Body, Notification};

    #[test]
    fn every_type_has_an_example_that_is_read_as_written() {
        for kind in KINDS {
            let event = example(kind).unwrap_or_else(|| panic!("{kind} has no example"));
            assert_eq!(event.kind(), kind);
            let body = Notification::synthetic(event, [7; 16], HAPPENED).body();
            let text = serde_json::to_string(&body).expect("JSON");
            assert!(text.starts_with(&format!("{{\"type\":\"{kind}\",\"data\":{{")), "{text}");
            assert_eq!(serde_json::from_str::<Body>(&text).expect("a body"), body, "{text}");
        }
        assert_eq!(example("order.created"), None);
    }
}
