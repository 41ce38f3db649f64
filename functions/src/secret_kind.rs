//! The kinds of secrets, and the log message about a missing one, at the start and on every reload.

use crate::secrets::{Reading, Secrets, StageKind};

/// One kind of secret. In Secrets Manager each kind is a separate secret, so that a role reads only what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// Signs session tokens; quotes are signed with keys that are derived from it.
    Session,
    /// The keys of pseudonyms and fingerprints are derived from it.
    Data,
    /// Opens the partner's own routes.
    Partner,
    /// Signs questions to the partner's backend. Needed with `APPROVAL_URL`.
    Approval,
    /// The key for upstream.
    Peeker,
    /// The sequencer's login, which each order contains.
    Login,
    /// Signs upstream's deliveries.
    Webhook,
    /// The endpoints that receive notifications, with their secrets. A stage may have none.
    Endpoints,
}

impl SecretKind {
    /// Every kind: all functions in one process.
    pub const ALL: &'static [Self] = &[
        Self::Session,
        Self::Data,
        Self::Partner,
        Self::Approval,
        Self::Peeker,
        Self::Login,
        Self::Webhook,
        Self::Endpoints,
    ];

    fn is_in(self, secrets: &Secrets, stage: Option<StageKind>) -> bool {
        match self {
            Self::Session => !secrets.session.is_empty(),
            Self::Data => secrets.data.is_some(),
            Self::Partner => !secrets.partner.is_empty(),
            Self::Approval => !secrets.approval.is_empty(),
            Self::Peeker => !secrets.peeker.is_empty(),
            Self::Login => !secrets.logins.is_empty(),
            Self::Endpoints => true,
            Self::Webhook => secrets.webhook.iter().any(|known| stage.is_none_or(|s| s.name() == known.environment)),
        }
    }

    /// The secret whose problem is reported in place of its absence.
    const fn name(self, stage: Option<StageKind>) -> &'static str {
        match (self, stage) {
            (Self::Session, _) => "session_keys",
            (Self::Data, _) => "data_key",
            (Self::Partner, _) => "partner_keys",
            (Self::Approval, _) => "approval_secret",
            (Self::Peeker, _) => "peeker_keys",
            (Self::Login, _) => "sequencer_login_email",
            (Self::Endpoints, _) => "notification_endpoints",
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
            (Self::Approval, _) => {
                "APPROVAL_SECRET is missing: whsec_… and base64 of 24 to 64 random bytes, which APPROVAL_URL needs"
            }
            (Self::Peeker, _) => "PEEKER_KEYS is missing: the upstream key, pk_live_… or pk_test_…",
            (Self::Login, _) => {
                "SEQUENCER_LOGIN_EMAIL and SEQUENCER_LOGIN_PASSWORD are missing: the partner's Smartlead login"
            }
            (Self::Endpoints, _) => "NOTIFICATION_ENDPOINTS is missing: a JSON list of endpoints, such as []",
            (Self::Webhook, Some(StageKind::Live)) => "WEBHOOK_SECRETS_LIVE is missing: from Peeker's portal",
            (Self::Webhook, Some(StageKind::Test)) => "WEBHOOK_SECRETS_TEST is missing: from Peeker's portal",
            (Self::Webhook, None) => "WEBHOOK_SECRETS_LIVE or WEBHOOK_SECRETS_TEST is missing: from Peeker's portal",
        }
    }
}

impl Reading {
    /// The secrets, unless anything is wrong with them or one of the `needed` kinds is missing.
    ///
    /// # Errors
    /// All that is wrong and all that is missing, one line each.
    pub fn complete_for(self, needed: &[SecretKind]) -> Result<Secrets, String> {
        let Self { secrets, mut problems, reported, stage } = self;
        let is_missing = |kind: &&SecretKind| !kind.is_in(&secrets, stage) && !reported.contains(&kind.name(stage));
        problems.extend(needed.iter().filter(is_missing).map(|kind| kind.missing(stage).to_owned()));
        if problems.is_empty() { Ok(secrets) } else { Err(problems.join("\n  ")) }
    }
}
