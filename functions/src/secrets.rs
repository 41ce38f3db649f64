//! The secrets of a stage as they are configured: current and previous of each, and of which kind the stage is.

use crate::secret::{Secret, SequencerLogin, SessionKey, data_key, partner_keys, secret_list, session_keys};

/// What a stage is for. Keys of the other kind have no place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageKind {
    /// Orders nothing real.
    Test,
    /// Orders, and pays.
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

    /// The other one.
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
pub const SECRET_NAMES: [&str; 10] = [
    "session_keys",
    "data_key",
    "partner_keys",
    "webhook_secrets_live",
    "webhook_secrets_test",
    "peeker_keys",
    "previous_sequencer_login_email",
    "previous_sequencer_login_password",
    "sequencer_login_email",
    "sequencer_login_password",
];

/// Everything secret that a function holds. The first of each list is current, the others are being rotated out.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// Sign session tokens and quotes.
    pub session: Vec<SessionKey>,
    /// Keys of pseudonyms and fingerprints follow from it. It is made once for a stage, and never rotated.
    pub data: Option<Secret>,
    /// Open the partner's own routes.
    pub partner: Vec<Secret>,
    /// Prove deliveries.
    pub webhook: Vec<SigningSecret>,
    /// Let us in upstream.
    pub peeker: Vec<Secret>,
    /// Stands on orders. The previous login is needed to send the very same bytes again.
    pub logins: Vec<SequencerLogin>,
}

impl Secrets {
    /// Reads the secrets by name; what is absent stays empty.
    ///
    /// # Errors
    /// All that is wrong, one line each: the name and what its value should look like, never the value.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let given = |name: &str| lookup(name).filter(|text| !text.trim().is_empty());
        let text = |name: &str| given(name).unwrap_or_default();
        let mut problems = Vec::new();
        let session = match given("session_keys").map(|keys| session_keys(&keys)) {
            None => Vec::new(),
            Some(read) => read.unwrap_or_else(|problem| {
                problems.push(format!("session_keys: {problem}"));
                Vec::new()
            }),
        };
        let mut webhook = Vec::new();
        for (environment, name) in [("live", "webhook_secrets_live"), ("test", "webhook_secrets_test")] {
            webhook.extend(secret_list(&text(name)).into_iter().map(|secret| SigningSecret { environment, secret }));
        }
        let peeker = secret_list(&text("peeker_keys"));
        let known = |key: &Secret| ["pk_live_", "pk_test_"].iter().any(|prefix| key.expose().starts_with(prefix));
        if !peeker.iter().all(known) {
            problems.push("peeker_keys: each key starts with pk_live_ or pk_test_".to_owned());
        }
        let mut login = |email: &str, password: &str| match (given(email), given(password)) {
            (Some(email), Some(password)) => {
                Some(SequencerLogin { email: Secret::new(email), password: Secret::new(password) })
            }
            (None, None) => None,
            _ => {
                problems.push(format!("{email} and {password} belong together"));
                None
            }
        };
        let current = login("sequencer_login_email", "sequencer_login_password");
        let previous = login("previous_sequencer_login_email", "previous_sequencer_login_password");
        // Orders are sent with the first one: the previous must not take the place of the current.
        if current.is_none() && previous.is_some() && problems.is_empty() {
            let missing = "sequencer_login_email and sequencer_login_password are missing";
            problems.push(format!("{missing}, and the previous ones do not replace them"));
        }
        let data = given("data_key").map(|text| data_key(&text)).transpose().unwrap_or_else(|problem| {
            problems.push(format!("data_key: {problem}"));
            None
        });
        let logins = current.into_iter().chain(previous).collect();
        let partner = partner_keys(&text("partner_keys")).unwrap_or_else(|problem| {
            problems.push(format!("partner_keys: {problem}"));
            Vec::new()
        });
        if problems.is_empty() {
            Ok(Self { session, data, partner, webhook, peeker, logins })
        } else {
            Err(problems.join("\n  "))
        }
    }
}
