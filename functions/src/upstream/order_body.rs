//! The order as upstream wants it: the only place where the sequencer login is added, and serialised once.

use crate::keys::DerivedKey;
use crate::secret::SequencerLogin;
use bytes::Bytes;
use serde::Serialize;
use shared::draft::CheckedOrder;
use shared::ids::BundleId;
use shared::persona::Persona;
use shared::plan::PlanChoice;

#[derive(Serialize)]
struct Body<'o> {
    user: &'o str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle_id: Option<&'o BundleId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    google_licenses: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    microsoft_licenses: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    google_inboxes_per_domain: Option<u32>,
    sequencer: Sequencer<'o>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forwarding_url: Option<&'o str>,
    domains: Vec<Domain<'o>>,
    personas: &'o [Persona],
}

#[derive(Serialize)]
struct Sequencer<'o> {
    provider: &'static str,
    client_id: Option<u64>,
    login_email: &'o str,
    login_password: &'o str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Domain<'o> {
    Plain(&'o str),
    Redirected { domain: &'o str, forwarding_url: &'o str },
}

/// The very bytes that are sent, and sent again on a retry. They hold the login, so they are never stored or shown.
#[derive(Clone)]
pub struct OrderBody {
    bytes: Bytes,
    domain_count: u32,
}

impl OrderBody {
    /// Serialises the order; equal inputs give equal bytes.
    ///
    /// # Errors
    /// Never for these types; the serialiser's signature says so.
    pub fn new(
        customer: &str,
        plan: &PlanChoice,
        client_id: Option<u64>,
        login: &SequencerLogin,
        order: &CheckedOrder,
    ) -> Result<Self, serde_json::Error> {
        let custom = match plan {
            PlanChoice::Bundle(_) => None,
            PlanChoice::Custom(licences) => Some(*licences),
        };
        let body = Body {
            user: customer,
            bundle_id: match plan {
                PlanChoice::Bundle(bundle) => Some(&bundle.bundle_id),
                PlanChoice::Custom(_) => None,
            },
            google_licenses: custom.map(|licences| licences.google_licenses),
            microsoft_licenses: custom.map(|licences| licences.microsoft_licenses),
            google_inboxes_per_domain: custom.map(|licences| licences.google_inboxes_per_domain),
            sequencer: Sequencer {
                provider: "smartlead",
                client_id,
                login_email: login.email.expose(),
                login_password: login.password.expose(),
            },
            forwarding_url: order.forwarding_url(),
            domains: order.domains().iter().map(domain_of).collect(),
            personas: order.personas(),
        };
        let domain_count = u32::try_from(order.domains().len()).unwrap_or(u32::MAX);
        serde_json::to_vec(&body).map(|bytes| Self { bytes: Bytes::from(bytes), domain_count })
    }

    /// The bytes to send.
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// Domains in the order.
    pub const fn domain_count(&self) -> u32 {
        self.domain_count
    }

    /// Recognises a later body with the same bytes, without giving the password away: keyed with `key`, because a
    /// plain hash would let a reader of the table try passwords.
    pub fn fingerprint(&self, key: &DerivedKey) -> Option<String> {
        key.hmac(&[&self.bytes])
    }
}

impl std::fmt::Debug for OrderBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrderBody({} bytes)", self.bytes.len())
    }
}

fn domain_of(domain: &shared::draft::CheckedDomain) -> Domain<'_> {
    match domain.forwarding_url.as_deref() {
        None => Domain::Plain(domain.domain.as_str()),
        Some(forwarding_url) => Domain::Redirected { domain: domain.domain.as_str(), forwarding_url },
    }
}
