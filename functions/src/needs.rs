//! Which secrets each function cannot work without: its start and every later reading ask the same question.

use crate::secrets::Secrets;

/// One kind of secret. In Secrets Manager each kind is a secret of its own, so that a role reads only what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// What signs session tokens and quotes.
    Session,
    /// What the keys of pseudonyms and fingerprints follow from.
    Data,
    /// What opens the partner's own routes.
    Partner,
    /// What upstream knows us by.
    Peeker,
    /// The sequencer's login, which stands on orders.
    Login,
    /// What proves upstream's deliveries.
    Webhook,
}

impl Need {
    /// Every kind: all functions in one process.
    pub const ALL: &'static [Self] =
        &[Self::Session, Self::Data, Self::Partner, Self::Peeker, Self::Login, Self::Webhook];
    /// Those of the order proxy.
    pub const ORDER_PROXY: &'static [Self] = &[Self::Session, Self::Data, Self::Partner, Self::Peeker, Self::Login];
    /// Those of the webhook receiver.
    pub const WEBHOOK: &'static [Self] = &[Self::Webhook];
    /// Those of the status endpoints.
    pub const STATUS: &'static [Self] = &[Self::Session, Self::Partner, Self::Peeker];
    /// Those of the reconciler, which finishes placements.
    pub const RECONCILER: &'static [Self] = &[Self::Session, Self::Data, Self::Peeker, Self::Login];

    fn is_met_by(self, secrets: &Secrets) -> bool {
        match self {
            Self::Session => !secrets.session.is_empty(),
            Self::Data => secrets.data.is_some(),
            Self::Partner => !secrets.partner.is_empty(),
            Self::Peeker => !secrets.peeker.is_empty(),
            Self::Login => !secrets.logins.is_empty(),
            Self::Webhook => !secrets.webhook.is_empty(),
        }
    }

    /// The names of the variables, and what belongs there.
    const fn missing(self) -> &'static str {
        match self {
            Self::Session => "SESSION_KEYS is missing: kid:key of at least 32 characters; two while rotating",
            Self::Data => "DATA_KEY is missing: at least 32 random characters, made once for this stage",
            Self::Partner => "PARTNER_KEYS is missing: the partner's key; two while rotating",
            Self::Peeker => "PEEKER_KEYS is missing: the upstream key, pk_live_… or pk_test_…",
            Self::Login => {
                "SEQUENCER_LOGIN_EMAIL and SEQUENCER_LOGIN_PASSWORD are missing: the partner's Smartlead login"
            }
            Self::Webhook => "WEBHOOK_SECRETS_LIVE or WEBHOOK_SECRETS_TEST is missing: from Peeker's portal",
        }
    }
}

impl Secrets {
    /// The same secrets, unless one of `needs` is missing.
    ///
    /// # Errors
    /// All that is missing, one line each.
    pub fn complete_for(self, needs: &[Need]) -> Result<Self, String> {
        let missing: Vec<&str> =
            needs.iter().filter(|need| !need.is_met_by(&self)).map(|need| need.missing()).collect();
        if missing.is_empty() { Ok(self) } else { Err(missing.join("\n  ")) }
    }
}
