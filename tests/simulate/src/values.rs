//! The keys and secrets of a world. All of them contain one word, so that a search for it finds every leak.

use functions::secret::{Secret, SequencerLogin, SessionKey};
use functions::vault::{Secrets, SigningSecret};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The word that every secret contains, and nothing else does.
pub(crate) const MARK: &str = "hushhush";
/// How every token begins: `{"` in base64.
pub(crate) const TOKEN_MARK: &str = "eyJ";

/// One set of keys and secrets.
#[derive(Clone)]
struct Set {
    peeker_key: String,
    partner_key: String,
    webhook_secret: String,
    session: SessionKey,
    login: SequencerLogin,
}

impl Set {
    fn new(world: u64, generation: u32) -> Self {
        let name = |what: &str| format!("{what}{MARK}-{world}-{generation}");
        Self {
            peeker_key: name("pk_test_"),
            partner_key: name("partner_"),
            webhook_secret: name("whsec_"),
            session: SessionKey {
                kid: format!("simulated-{generation}"),
                key: Secret::new(format!("{}-{world:032}", name("session-"))),
            },
            login: SequencerLogin {
                email: Secret::new(format!("{}@login.example", name("ops-"))),
                password: Secret::new(name("password-")),
            },
        }
    }
}

/// What opens and signs in one world: a current set, and after a rotation the previous one, too.
#[derive(Clone)]
pub(crate) struct Values {
    before: Set,
    after: Set,
    rotated: Arc<AtomicBool>,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Values")
    }
}

impl Values {
    /// The values of world `index`.
    pub(crate) fn of_world(index: u64) -> Self {
        Self { before: Set::new(index, 1), after: Set::new(index, 2), rotated: Arc::default() }
    }

    /// From now on the other set is current.
    pub(crate) fn rotate(&self) {
        self.rotated.store(true, Ordering::Relaxed);
    }

    fn current(&self) -> &Set {
        if self.rotated.load(Ordering::Relaxed) { &self.after } else { &self.before }
    }

    /// The keys that upstream lets in: the first one, and the one that replaces it.
    pub(crate) fn peeker_keys(&self) -> [&str; 2] {
        [&self.before.peeker_key, &self.after.peeker_key]
    }

    /// The key of the partner's backend.
    pub(crate) fn partner_key(&self) -> &str {
        &self.current().partner_key
    }

    /// What upstream signs with.
    pub(crate) fn webhook_secret(&self) -> &str {
        &self.current().webhook_secret
    }

    /// What the store of secrets holds now: the current ones first.
    pub(crate) fn secrets(&self) -> Secrets {
        let sets =
            if self.rotated.load(Ordering::Relaxed) { vec![&self.after, &self.before] } else { vec![&self.before] };
        let each = |secret: fn(&Set) -> &str| sets.iter().map(|set| Secret::new(secret(set))).collect::<Vec<_>>();
        let signing = |secret| SigningSecret { environment: "test", secret };
        Secrets {
            session: sets.iter().map(|set| set.session.clone()).collect(),
            data: Some(Secret::new(format!("{MARK}-data-key-that-is-never-rotated"))),
            partner: each(|set| &set.partner_key),
            webhook: each(|set| &set.webhook_secret).into_iter().map(signing).collect(),
            peeker: each(|set| &set.peeker_key),
            logins: sets.iter().map(|set| set.login.clone()).collect(),
        }
    }

    /// Whether `text` holds a secret or a token.
    pub(crate) fn betrayed_by(text: &str) -> bool {
        text.contains(MARK) || text.contains(TOKEN_MARK)
    }
}
