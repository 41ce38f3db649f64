//! What the order proxy's answers look like.

use crate::http::example::Example;
use crate::order_proxy::cancel::Cancelled;
use crate::store::retention::Forgotten;
use serde_json::json;
use shared::answers::{
    AvailabilityAnswer, ClaimView, ImportRow, ImportView, Limits, MintedSession, NameserverGroup, PLACING, PlacedOrder,
    PlacedView, PlanView, SessionView,
};
use shared::availability::AvailabilityRow;
use shared::domain_name::DomainName;
use shared::ids::{OrderId, QuoteId};
use shared::order::{Charge, OrderStatus, Receipt};
use shared::plan::RequiredDomains;
use shared::pricing::{Period, PlanPrice, Show, ShownPricing};
use shared::quote::{Quote, SignedQuote};

/// When the sessions and quotes of the examples end.
const END: &str = "2026-05-08T12:30:00Z";
/// When the orders of the examples were placed.
const START: &str = "2026-05-08T12:00:00Z";

impl Example for MintedSession {
    fn example() -> Option<Self> {
        // A token is three parts of base64; this one is shortened.
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOi.c2lnbmF0dXJl".to_owned();
        Some(Self { id: "ses_5f0c".to_owned(), token, expires_at: END.to_owned() })
    }
}

impl Example for SessionView {
    fn example() -> Option<Self> {
        Some(Self {
            id: "ses_5f0c".to_owned(),
            customer: "client@example.com".to_owned(),
            plan: Some(PlanView { name: "Starter".to_owned(), required_domains: RequiredDomains::new(2, 1) }),
            limits: Limits { availability_names: 200, personas: 10 },
            approval: "none".to_owned(),
            pricing: ShownPricing {
                show: Show::Retail,
                currency: Some("usd".to_owned()),
                plan: Some(PlanPrice { price_cents: 9_900, per: Period::Month }),
            },
            tlds: ["com", "net"].map(str::to_owned).to_vec(),
            order: None,
            expires_at: END.to_owned(),
        })
    }
}

impl Example for Forgotten {
    fn example() -> Option<Self> {
        let pseudonym = "forgotten_0123456789abcdef0123456789abcdef".to_owned();
        Some(Self { pseudonym, orders: 2, domains: 1, open: 0, open_approvals: 0, complete: true })
    }
}

impl Example for AvailabilityAnswer {
    fn example() -> Option<Self> {
        let free = json!({"domain": "acme-mail.com", "available": true, "price_cents": 1300, "renewal_price_cents": 1500,
            "currency": "usd", "usable_for": ["google", "microsoft"]});
        let taken = json!({"domain": "acme.com", "available": false, "reason": "taken", "usable_for": []});
        Some(Self { domains: [free, taken].iter().filter_map(AvailabilityRow::lenient).collect() })
    }
}

impl Example for ImportView {
    fn example() -> Option<Self> {
        let name = || "acme-mail.com".to_owned();
        let row = ImportRow { domain: name(), status: "action_required".to_owned(), reason: None, message: None };
        let nameservers = ["ns1.example.net", "ns2.example.net"].map(str::to_owned).to_vec();
        Some(Self {
            id: Some("imp_7a31".to_owned()),
            status: "action_required".to_owned(),
            domains: vec![row],
            nameserver_groups: vec![NameserverGroup { nameservers, domains: vec![name()] }],
            poll_after_seconds: 60,
        })
    }
}

impl Example for ClaimView {
    fn example() -> Option<Self> {
        let import = Some("imp_7a31".to_owned());
        Some(Self { domain: "acme-mail.com".to_owned(), import, until: "2026-05-15T12:00:00Z".to_owned() })
    }
}

impl Example for SignedQuote {
    fn example() -> Option<Self> {
        let name = DomainName::parse("acme-mail.com").ok()?;
        let row = json!({"domain": name.as_str(), "available": true, "price_cents": 1300, "renewal_price_cents": 1500});
        let quote = Quote::of(&[AvailabilityRow::lenient(&row)?])?;
        // A token is three parts of base64; this one is shortened.
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJxdW90ZSI6.c2lnbmF0dXJl".to_owned();
        Some(Self::new(QuoteId::parse("quo_2b9d")?, &quote, "2026-05-08T12:10:00Z".to_owned(), token))
    }
}

impl Example for PlacedOrder {
    fn example() -> Option<Self> {
        let receipt = Receipt {
            id: OrderId::parse("ord_1c4e")?,
            status: OrderStatus::InProgress,
            domain_count: 3,
            costs: None,
            charge: Some(Box::new(Charge {
                total_cents: 13_800,
                currency: "usd".to_owned(),
                plan: Some(PlanPrice { price_cents: 9_900, per: Period::Month }),
            })),
            created_at: START.to_owned(),
            renews_at: Some("2026-06-08T12:00:00Z".to_owned()),
            user_id: None,
            email: None,
        };
        Some(Self { receipt, replayed: false })
    }
}

impl Example for PlacedView {
    fn example() -> Option<Self> {
        Some(Self { id: None, status: PLACING.to_owned() })
    }
}

impl Example for Cancelled {
    fn example() -> Option<Self> {
        Some(Self {
            id: "ord_1c4e".to_owned(),
            status: Some(OrderStatus::CancelScheduled),
            cancellation_scheduled_at: Some(START.to_owned()),
            cancels_at: Some("2026-06-08T12:00:00Z".to_owned()),
            domains: ["acme-mail.com".to_owned()].into_iter().collect(),
        })
    }
}
