//! The secrets of a stage as they are configured: current and previous of each, and of which kind the stage is.

use crate::secret::{
    Secret, SequencerLogin, SessionKey, approval_secrets, data_key, partner_keys, peeker_keys, session_keys,
    webhook_secrets,
};
use shared::endpoint::{Endpoint, Hosts};
use std::sync::Arc;

/// The environment of a stage. Keys of the other environment are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageKind {
    /// Orders are simulated and free.
    Test,
    /// Orders are real and cost money.
    Live,
}

impl StageKind {
    /// `test` or `live`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "test" => Some(Self::Test),
            "live" => Some(Self::Live),
            _ => None,
        }
    }

    /// Its name, which is also that of upstream's environment.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// The other environment.
    pub const fn other(self) -> Self {
        match self {
            Self::Test => Self::Live,
            Self::Live => Self::Test,
        }
    }
}

/// A secret of upstream's webhooks and the environment whose events it signs.
#[derive(Debug, Clone)]
pub struct SigningSecret {
    /// `live` or `test`.
    pub environment: &'static str,
    /// The secret.
    pub secret: Secret,
}

/// The names of secrets; variables have the same in upper case. A name that ends in another one comes before it.
pub const SECRET_NAMES: [&str; 13] = [
    "session_keys",
    "data_key",
    "approval_secret",
    "partner_keys",
    "default_pricing",
    "notification_endpoints",
    "webhook_secrets_live",
    "webhook_secrets_test",
    "peeker_keys",
    "previous_sequencer_login_email",
    "previous_sequencer_login_password",
    "sequencer_login_email",
    "sequencer_login_password",
];

/// The secrets of a function. The first of each list is current, the others are being rotated out.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// Keys that sign session tokens and quotes.
    pub session: Vec<SessionKey>,
    /// Key from which those of pseudonyms and fingerprints are derived. Created once per stage, never rotated.
    pub data: Option<Secret>,
    /// Keys of the partner's backend.
    pub partner: Vec<Secret>,
    /// The stage's price list as JSON, for sessions that name none.
    pub default_pricing: Option<String>,
    /// Secrets that sign questions to the partner's backend.
    pub approval: Vec<Secret>,
    /// The endpoints that receive notifications, with their secrets.
    pub endpoints: Arc<[Endpoint]>,
    /// Secrets that verify deliveries.
    pub webhook: Vec<SigningSecret>,
    /// Keys for calls to upstream.
    pub peeker: Vec<Secret>,
    /// The login for orders. The previous login is needed to send the same bytes again.
    pub logins: Vec<SequencerLogin>,
}

/// Secrets as they were read, with all that is wrong so far: each check adds to it, so that one problem hides no other.
#[derive(Debug, Default)]
pub struct Reading {
    pub(crate) secrets: Secrets,
    pub(crate) problems: Vec<String>,
    /// The names that a problem is about: they are not reported as missing, too.
    pub(crate) reported: Vec<&'static str>,
    /// The environment of the stage, once it is known.
    pub(crate) stage: Option<StageKind>,
}

impl From<Secrets> for Reading {
    fn from(secrets: Secrets) -> Self {
        Self { secrets, ..Self::default() }
    }
}

impl Secrets {
    /// Reads the secrets by name; absent ones stay empty. Problems name the secret and what its value should look
    /// like, never the value.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Reading {
        let given = |name: &str| lookup(name).filter(|text| !text.trim().is_empty());
        let mut reading = Reading::default();
        let session = reading.take("session_keys", given("session_keys"), session_keys);
        let mut webhook = Vec::new();
        for (environment, name) in [("live", "webhook_secrets_live"), ("test", "webhook_secrets_test")] {
            let secrets = reading.take(name, given(name), webhook_secrets);
            webhook.extend(secrets.into_iter().map(|secret| SigningSecret { environment, secret }));
        }
        let peeker = reading.take("peeker_keys", given("peeker_keys"), peeker_keys);
        let logins = reading.logins(&given);
        let data = reading.take("data_key", given("data_key"), |text| data_key(text).map(Some));
        let partner = reading.take("partner_keys", given("partner_keys"), partner_keys);
        let default_pricing = given("default_pricing");
        let endpoints = reading.endpoints(given("notification_endpoints"));
        let approval = reading.take("approval_secret", given("approval_secret"), approval_secrets);
        reading.secrets =
            Self { session, data, partner, default_pricing, approval, endpoints, webhook, peeker, logins };
        reading.find_shared();
        reading
    }
}

impl Reading {
    /// A problem with the secret `name`.
    pub(crate) fn report(&mut self, name: &'static str, problem: String) {
        self.reported.push(name);
        self.problems.push(problem);
    }

    /// The secret `name`, parsed by `read`; the default value if it is invalid.
    fn take<T: Default>(
        &mut self,
        name: &'static str,
        text: Option<String>,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> T {
        text.map(|text| read(&text)).transpose().map(Option::unwrap_or_default).unwrap_or_else(|problem| {
            self.report(name, format!("{name}: {problem}"));
            T::default()
        })
    }

    /// The endpoints of notifications. Whether this machine may be one of them is checked at the start, and by the courier.
    fn endpoints(&mut self, text: Option<String>) -> Arc<[Endpoint]> {
        let Some(text) = text else {
            return Arc::default();
        };
        match shared::endpoint::read(&text, Hosts::AndThisMachine) {
            Ok(endpoints) => endpoints.into(),
            Err(problems) => {
                let name = "notification_endpoints";
                problems.into_iter().for_each(|problem| self.report(name, format!("{name}: {problem}")));
                Arc::default()
            }
        }
    }

    /// The current login and the previous one.
    fn logins(&mut self, given: &dyn Fn(&str) -> Option<String>) -> Vec<SequencerLogin> {
        let mut login = |email: &'static str, password: &'static str| match (given(email), given(password)) {
            (Some(email), Some(password)) => {
                Some(SequencerLogin { email: Secret::new(email), password: Secret::new(password) })
            }
            (None, None) => None,
            _ => {
                self.report(email, format!("{email} and {password} belong together"));
                None
            }
        };
        let current = login("sequencer_login_email", "sequencer_login_password");
        let previous = login("previous_sequencer_login_email", "previous_sequencer_login_password");
        // Orders are sent with the first one: the previous must not take the place of the current.
        if current.is_none() && previous.is_some() && !self.reported.contains(&"sequencer_login_email") {
            let missing = "sequencer_login_email and sequencer_login_password are missing";
            self.report("sequencer_login_email", format!("{missing}, and the previous ones do not replace them"));
        }
        current.into_iter().chain(previous).collect()
    }

    /// Reports a text that is used as two different secrets: access to one of them would give access to the other.
    /// Those of webhooks are one kind here; `checked_for` compares them with each other.
    fn find_shared(&mut self) {
        let Secrets { session, data, partner, approval, webhook, peeker, logins, default_pricing: _, endpoints: _ } =
            &self.secrets;
        let of_environment = |wanted: &'static str| {
            webhook.iter().filter(move |known| known.environment == wanted).map(|known| &known.secret).collect()
        };
        let kinds: [(&'static str, Vec<&Secret>); 8] = [
            ("session_keys", session.iter().map(|key| &key.key).collect()),
            ("data_key", data.iter().collect()),
            ("partner_keys", partner.iter().collect()),
            ("approval_secret", approval.iter().collect()),
            ("webhook_secrets_live", of_environment("live")),
            ("webhook_secrets_test", of_environment("test")),
            ("peeker_keys", peeker.iter().collect()),
            ("sequencer_login_password", logins.iter().map(|login| &login.password).collect()),
        ];
        let mut problems = Vec::new();
        for (index, (name, secrets)) in kinds.iter().enumerate() {
            for (other, others) in kinds.iter().skip(index.saturating_add(1)) {
                let is_shared = secrets.iter().any(|one| others.iter().any(|another| another.matches(one.expose())));
                let are_webhooks = name.starts_with("webhook_") && other.starts_with("webhook_");
                if is_shared && !are_webhooks {
                    problems.push((*name, format!("{name} and {other} share a value: each secret needs its own")));
                }
            }
        }
        problems.into_iter().for_each(|(name, problem)| self.report(name, problem));
    }
}
