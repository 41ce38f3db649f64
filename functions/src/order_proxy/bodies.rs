//! The bodies that the order proxy takes, as the documentation describes them, each with an example. The handlers read
//! them field by field, so that all problems are reported in one response.

use crate::http::MAX_ORDER_BODY;
use crate::http::example::Example;
use crate::http::fields::Body;
use schemars::JsonSchema;
use serde::Serialize;
use shared::answers::MAX_IMPORT_DOMAINS;
use shared::availability::MAX_NAMES;
use shared::customer::MAX_CUSTOMER_LENGTH;
use shared::draft::MAX_ORDER_DOMAINS;
use shared::person_name::MAX_NAME_CHARACTERS;
use shared::persona::MAX_PERSONAS;

/// A domain name.
#[derive(Serialize, JsonSchema)]
#[schemars(inline, example = "acme-mail.com")]
pub(super) struct Name(String);

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// Names to check.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Names {
    /// Names in any spelling, such as `acme-mail.com`.
    #[schemars(length(min = 1, max = MAX_NAMES))]
    domains: Vec<Name>,
}

impl Example for Names {
    fn example() -> Option<Self> {
        Some(Self { domains: ["acme-mail.com", "acme-team.com"].map(Name::from).into() })
    }
}

impl Body for Names {}

/// Domains that the customer owns.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ImportNames {
    /// Root domains, such as `acme-mail.com`.
    #[schemars(length(min = 1, max = MAX_IMPORT_DOMAINS))]
    domains: Vec<Name>,
}

impl Example for ImportNames {
    fn example() -> Option<Self> {
        Some(Self { domains: vec![Name::from("acme-mail.com")] })
    }
}

impl Body for ImportNames {}

/// Domains to price.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct QuoteDomains {
    /// The picks, as many as the plan requires.
    #[schemars(length(max = MAX_ORDER_DOMAINS))]
    domains: Vec<Name>,
}

impl Example for QuoteDomains {
    fn example() -> Option<Self> {
        Some(Self { domains: ["acme-mail.com", "acme-team.com"].map(Name::from).into() })
    }
}

impl Body for QuoteDomains {}

/// An order as the customer fills it in.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Draft {
    /// The picks, as many as the plan requires.
    #[schemars(length(max = MAX_ORDER_DOMAINS))]
    domains: Vec<DraftDomain>,
    /// The personas that the inboxes use as senders.
    #[schemars(length(min = 1, max = MAX_PERSONAS))]
    personas: Vec<DraftPersona>,
    /// Redirect target for visitors of the domains: `https` or `http`, at most 2,048 characters.
    #[schemars(example = "https://acme.com")]
    forwarding_url: Option<String>,
    /// Token of a quote. The order is placed only if no price has risen and every domain is still available. Required where
    /// the order needs an approval.
    quote: Option<String>,
    /// Token of the partner's approval, for a session whose `approval` is `token`.
    approval: Option<String>,
}

/// A domain name, or a domain name with its own redirect.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum DraftDomain {
    /// A name.
    Name(Name),
    /// A domain name with its own redirect.
    Redirected(RedirectedDomain),
}

/// A domain name with its own redirect.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RedirectedDomain {
    /// The name.
    domain: Name,
    /// Redirect target of this domain, in place of the order's.
    forwarding_url: Option<String>,
}

/// A persona that inboxes use as sender.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["first_name", "last_name", "profile_picture_url"]))]
pub(super) struct DraftPersona {
    /// Given name: letters, spaces, hyphens, apostrophes and dots.
    #[schemars(length(min = 1, max = MAX_NAME_CHARACTERS))]
    first_name: String,
    /// Family name, in the same characters.
    #[schemars(length(min = 1, max = MAX_NAME_CHARACTERS))]
    last_name: String,
    /// Public web address of a picture; `null` when there is none.
    profile_picture_url: Option<String>,
}

impl Example for Draft {
    fn example() -> Option<Self> {
        let redirected = RedirectedDomain {
            domain: Name::from("acme-team.com"),
            forwarding_url: Some("https://acme.com/team".to_owned()),
        };
        Some(Self {
            domains: vec![DraftDomain::Name(Name::from("acme-mail.com")), DraftDomain::Redirected(redirected)],
            personas: vec![DraftPersona {
                first_name: "Sam".to_owned(),
                last_name: "Lee".to_owned(),
                profile_picture_url: None,
            }],
            forwarding_url: Some("https://acme.com".to_owned()),
            quote: None,
            approval: None,
        })
    }
}

impl Body for Draft {
    const MAX_BYTES: usize = MAX_ORDER_BODY;
}

/// The whole order, or the domains to cancel.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Cancel {
    /// The whole order.
    #[expect(dead_code, reason = "its schema describes it")]
    Whole(CancelWhole),
    /// Some of its domains.
    Domains(CancelDomains),
}

/// The whole order.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct CancelWhole {
    /// Always `true`, so that a missing field does not cancel the whole order.
    #[schemars(extend("enum" = [true]))]
    whole: bool,
}

/// Some of its domains.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct CancelDomains {
    /// Domain names, or upstream's `dom_…` ids.
    #[schemars(length(min = 1, max = MAX_ORDER_DOMAINS))]
    domains: Vec<String>,
}

impl Example for Cancel {
    fn example() -> Option<Self> {
        Some(Self::Domains(CancelDomains { domains: vec!["acme-mail.com".to_owned()] }))
    }
}

impl Body for Cancel {}

/// The customer to erase.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Forget {
    /// An e-mail address, or upstream's `usr_…`, in any letter case.
    #[schemars(length(max = MAX_CUSTOMER_LENGTH))]
    customer: String,
}

impl Example for Forget {
    fn example() -> Option<Self> {
        Some(Self { customer: "client@example.com".to_owned() })
    }
}

impl Body for Forget {}
