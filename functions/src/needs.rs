//! Which secrets each function cannot work without: its start and every later reading ask the same question.

use crate::secrets::{Reading, Secrets, StageKind};

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

    fn is_met_by(self, secrets: &Secrets, stage: Option<StageKind>) -> bool {
        match self {
            Self::Session => !secrets.session.is_empty(),
            Self::Data => secrets.data.is_some(),
            Self::Partner => !secrets.partner.is_empty(),
            Self::Peeker => !secrets.peeker.is_empty(),
            Self::Login => !secrets.logins.is_empty(),
            Self::Webhook => secrets.webhook.iter().any(|known| stage.is_none_or(|s| s.name() == known.environment)),
        }
    }

    /// The secret whose own problem is reported in place of its absence.
    const fn name(self, stage: Option<StageKind>) -> &'static str {
        match (self, stage) {
            (Self::Session, _) => "session_keys",
            (Self::Data, _) => "data_key",
            (Self::Partner, _) => "partner_keys",
            (Self::Peeker, _) => "peeker_keys",
            (Self::Login, _) => "sequencer_login_email",
            (Self::Webhook, Some(StageKind::Live)) => "webhook_secrets_live",
            (Self::Webhook, _) => "webhook_secrets_test",
        }
    }

    /// The names of the variables, and what belongs there.
    const fn missing(self, stage: Option<StageKind>) -> &'static str {
        match (self, stage) {
            (Self::Session, _) => "SESSION_KEYS is missing: kid:key of at least 32 characters; two while rotating",
            (Self::Data, _) => "DATA_KEY is missing: at least 32 random characters, made once for this stage",
            (Self::Partner, _) => "PARTNER_KEYS is missing: the partner's key; two while rotating",
            (Self::Peeker, _) => "PEEKER_KEYS is missing: the upstream key, pk_live_… or pk_test_…",
            (Self::Login, _) => {
                "SEQUENCER_LOGIN_EMAIL and SEQUENCER_LOGIN_PASSWORD are missing: the partner's Smartlead login"
            }
            (Self::Webhook, Some(StageKind::Live)) => "WEBHOOK_SECRETS_LIVE is missing: from Peeker's portal",
            (Self::Webhook, Some(StageKind::Test)) => "WEBHOOK_SECRETS_TEST is missing: from Peeker's portal",
            (Self::Webhook, None) => "WEBHOOK_SECRETS_LIVE or WEBHOOK_SECRETS_TEST is missing: from Peeker's portal",
        }
    }
}

impl Reading {
    /// The secrets, unless anything is wrong with them or one of `needs` is missing.
    ///
    /// # Errors
    /// All that is wrong and all that is missing, one line each.
    pub fn complete_for(self, needs: &[Need]) -> Result<Secrets, String> {
        let Self { secrets, mut problems, reported, stage } = self;
        let is_missing = |need: &&Need| !need.is_met_by(&secrets, stage) && !reported.contains(&need.name(stage));
        problems.extend(needs.iter().filter(is_missing).map(|need| need.missing(stage).to_owned()));
        if problems.is_empty() { Ok(secrets) } else { Err(problems.join("\n  ")) }
    }
}
