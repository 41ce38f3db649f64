//! The keys and secrets of a world. All of them contain one word, so that a search for it finds every leak.

use functions::secret::{Secret, SequencerLogin, SessionKey};
use functions::secrets::{Secrets, SigningSecret};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A word that only secrets contain.
pub(crate) const MARK: &str = "hushhush";
/// The beginning of every token: `{"` in base64.
pub(crate) const TOKEN_MARK: &str = "eyJ";
/// Secret that signs questions for approvals: its base64 says the marked word.
pub(crate) const APPROVAL_SECRET: &str = "whsec_aHVzaGh1c2gtYXBwcm92YWwtc2VjcmV0LW9mLWEtd29ybGQ=";
/// Name of the table.
pub(crate) const TABLE: &str = "simulated";

/// One set of keys and secrets.
#[derive(Clone)]
struct Set {
    peeker_key: String,
    partner_key: String,
    webhook_secret: String,
    session: SessionKey,
    login: SequencerLogin,
    /// Of the world and the generation, for the secrets of endpoints.
    endpoint_mark: String,
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
            endpoint_mark: format!("{MARK}{world:08}{generation:04}"),
        }
    }
}

/// Which secrets of upstream's two environments a stage has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Only its own.
    Own,
    /// Both, each for its own environment.
    Both,
    /// Both as its own: a deliberate mistake.
    BothAsOwn,
    /// That of the other environment, to which the stage belongs.
    Others,
}

/// The keys and secrets of one world: a current set, and after a rotation the previous one, too.
#[derive(Clone)]
pub(crate) struct Values {
    before: Set,
    after: Set,
    other_key: String,
    other_secret: String,
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
        Self {
            before: Set::new(index, 1),
            after: Set::new(index, 2),
            other_key: format!("pk_live_{MARK}-{index}"),
            other_secret: format!("whsec_other_{MARK}-{index}"),
            rotated: Arc::default(),
        }
    }

    /// Makes the other set the current one.
    pub(crate) fn rotate(&self) {
        self.rotated.store(true, Ordering::Relaxed);
    }

    fn current(&self) -> &Set {
        if self.rotated.load(Ordering::Relaxed) { &self.after } else { &self.before }
    }

    /// The keys that upstream accepts: the first one, and its replacement.
    pub(crate) fn peeker_keys(&self) -> [&str; 2] {
        [&self.before.peeker_key, &self.after.peeker_key]
    }

    /// The key of the partner's backend.
    pub(crate) fn partner_key(&self) -> &str {
        &self.current().partner_key
    }

    /// The key that signs sessions and approvals.
    pub(crate) fn session_key(&self) -> &SessionKey {
        &self.current().session
    }

    /// Upstream's signing secret.
    pub(crate) fn webhook_secret(&self) -> &str {
        &self.current().webhook_secret
    }

    /// The secrets that sign notifications to `endpoint`: the current one, and after a rotation the previous one, too.
    pub(crate) fn endpoint_secrets(&self, endpoint: &str) -> Vec<String> {
        // 24 bytes in base64: the marked word, numbers, and the beginning of the name.
        let secret = |set: &&Set| format!("whsec_{}{endpoint:A<12.12}", set.endpoint_mark);
        self.sets().iter().map(secret).collect()
    }

    /// The valid sets, the current one first.
    fn sets(&self) -> Vec<&Set> {
        if self.rotated.load(Ordering::Relaxed) { vec![&self.after, &self.before] } else { vec![&self.before] }
    }

    /// The key of upstream's other environment.
    pub(crate) fn other_key(&self) -> &str {
        &self.other_key
    }

    /// Upstream's signing secret in its other environment.
    pub(crate) fn other_secret(&self) -> &str {
        &self.other_secret
    }

    /// The content of the secret store: current secrets first.
    pub(crate) fn secrets(&self, known: Known) -> Secrets {
        let sets = self.sets();
        let each = |secret: fn(&Set) -> &str| sets.iter().map(|set| Secret::new(secret(set))).collect::<Vec<_>>();
        let signing = |environment| move |secret| SigningSecret { environment, secret };
        let own = each(|set| &set.webhook_secret).into_iter().map(signing("test"));
        let other = [Secret::new(self.other_secret.clone())];
        let webhook = match known {
            Known::Own => own.collect(),
            Known::Both => own.chain(other.map(signing("live"))).collect(),
            Known::BothAsOwn => own.chain(other.map(signing("test"))).collect(),
            Known::Others => other.map(signing("live")).to_vec(),
        };
        Secrets {
            session: sets.iter().map(|set| set.session.clone()).collect(),
            data: Some(Secret::new(format!("{MARK}-data-key-that-is-never-rotated"))),
            partner: each(|set| &set.partner_key),
            default_pricing: None,
            approval: vec![Secret::new(APPROVAL_SECRET)],
            endpoints: Arc::default(),
            webhook,
            peeker: each(|set| &set.peeker_key),
            logins: sets.iter().map(|set| set.login.clone()).collect(),
        }
    }

    /// Whether `text` contains a secret or a token.
    pub(crate) fn betrayed_by(text: &str) -> bool {
        text.contains(MARK) || text.contains(TOKEN_MARK)
    }
}
