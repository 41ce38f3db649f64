//! Which environment's secrets have a place in a stage, and in a function of it.

use crate::secrets::{Reading, SigningSecret, StageKind};

/// What a function does with the secrets of webhooks, those of the other environment among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// It takes no deliveries, and holds none of these secrets.
    NotHeld,
    /// It takes deliveries of its own environment: a secret of the other one is a mistake.
    Refused,
    /// It passes deliveries of the other environment on to the stage that `OTHER_STAGE_URL` names, and needs both.
    PassedOn,
}

impl Reading {
    /// The same reading for `stage`: secrets of an environment that has no place there are problems, with what to do, and
    /// never a value.
    #[must_use]
    pub fn belonging_to(mut self, stage: StageKind, foreign: Foreign) -> Self {
        let (here, prefix) = (stage.name(), format!("pk_{}_", stage.name()));
        self.stage = Some(stage);
        if foreign == Foreign::NotHeld {
            self.secrets.webhook.clear();
        }
        if self.secrets.peeker.iter().any(|key| !key.expose().starts_with(&prefix)) {
            let problem = format!("peeker_keys: this stage is marked {here}, so each key has to start with {prefix}");
            self.blame("peeker_keys", problem);
        }
        self.find_misplaced(stage, foreign);
        self
    }

    /// Finds what is wrong with the secrets of webhooks.
    fn find_misplaced(&mut self, stage: StageKind, foreign: Foreign) {
        let (here, there) = (list_of(stage), list_of(stage.other()));
        let (own, others): (Vec<SigningSecret>, Vec<_>) =
            self.secrets.webhook.iter().cloned().partition(|known| known.environment == stage.name());
        match foreign {
            Foreign::Refused if !others.is_empty() => {
                let (kind, other) = (stage.name(), stage.other().name());
                let problem = format!(
                    "{there}: this stage is marked {kind}, so only {here} may be set, unless OTHER_STAGE_URL names the \
                     {other} stage"
                );
                self.blame(there, problem);
            }
            Foreign::Refused | Foreign::NotHeld => {}
            Foreign::PassedOn => {
                let needed = "OTHER_STAGE_URL is set, so the secrets of both environments are needed";
                for (name, secrets) in [(here, &own), (there, &others)] {
                    if secrets.is_empty() && !self.reported.contains(&name) {
                        self.blame(name, format!("{name} is missing: {needed}"));
                    }
                }
                let is_known =
                    |one: &SigningSecret| others.iter().any(|other| other.secret.matches(one.secret.expose()));
                if own.iter().any(is_known) {
                    let shared = "webhook_secrets_test and webhook_secrets_live share a secret";
                    self.blame(here, format!("{shared}, so it does not tell whose a delivery is"));
                }
            }
        }
    }
}

/// The name of the secrets that sign the events of such a stage.
const fn list_of(stage: StageKind) -> &'static str {
    match stage {
        StageKind::Test => "webhook_secrets_test",
        StageKind::Live => "webhook_secrets_live",
    }
}
