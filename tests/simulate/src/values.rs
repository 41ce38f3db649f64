//! The keys and secrets of a world. All of them contain one word, so that a search for it finds every leak.

use functions::secret::{Secret, SequencerLogin, SessionKey};
use functions::vault::{Secrets, SigningSecret, Vault};

/// The word that every secret contains, and nothing else does.
pub(crate) const MARK: &str = "hushhush";
/// How every token begins: `{"` in base64.
pub(crate) const TOKEN_MARK: &str = "eyJ";

/// What opens and signs in one world.
#[derive(Clone)]
pub(crate) struct Values {
    pub(crate) peeker_key: String,
    pub(crate) partner_key: String,
    pub(crate) webhook_secret: String,
    session_key: String,
    login_email: String,
    login_password: String,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Values")
    }
}

impl Values {
    /// The values of world `index`.
    pub(crate) fn of_world(index: u64) -> Self {
        Self {
            peeker_key: format!("pk_test_{MARK}{index}"),
            partner_key: format!("partner_{MARK}{index}"),
            webhook_secret: format!("whsec_{MARK}{index}"),
            session_key: format!("session-{MARK}-{index:032}"),
            login_email: format!("{MARK}-{index}@login.example"),
            login_password: format!("password-{MARK}-{index}"),
        }
    }

    /// The same as the functions hold them.
    pub(crate) fn vault(&self) -> Vault {
        Vault::fixed(Secrets {
            session: vec![SessionKey { kid: "simulated".to_owned(), key: Secret::new(&self.session_key) }],
            partner: vec![Secret::new(&self.partner_key)],
            webhook: vec![SigningSecret { environment: "test", secret: Secret::new(&self.webhook_secret) }],
            peeker: vec![Secret::new(&self.peeker_key)],
            logins: vec![SequencerLogin {
                email: Secret::new(&self.login_email),
                password: Secret::new(&self.login_password),
            }],
        })
    }

    /// Whether `text` holds a secret or a token.
    pub(crate) fn betrayed_by(text: &str) -> bool {
        text.contains(MARK) || text.contains(TOKEN_MARK)
    }
}
