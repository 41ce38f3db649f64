//! Which environment's secrets have a place in a stage, and in a function of it.

use crate::secrets::{Secrets, SigningSecret, StageKind};

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

impl Secrets {
    /// The same secrets, unless they are of an environment that has no place in `stage`.
    ///
    /// # Errors
    /// Every list that is wrong, and what to do, never a value.
    pub fn belonging_to(mut self, stage: StageKind, foreign: Foreign) -> Result<Self, String> {
        let (here, prefix) = (stage.name(), format!("pk_{}_", stage.name()));
        let mut problems = Vec::new();
        if foreign == Foreign::NotHeld {
            self.webhook.clear();
        }
        if self.peeker.iter().any(|key| !key.expose().starts_with(&prefix)) {
            problems.push(format!("peeker_keys: this stage is marked {here}, so each key has to start with {prefix}"));
        }
        problems.extend(self.misplaced(stage, foreign));
        if problems.is_empty() { Ok(self) } else { Err(problems.join("\n  ")) }
    }

    /// What is wrong with the secrets of webhooks.
    fn misplaced(&self, stage: StageKind, foreign: Foreign) -> Vec<String> {
        let (here, there) = (stage.name(), stage.other().name());
        let (own, others): (Vec<&SigningSecret>, Vec<_>) =
            self.webhook.iter().partition(|known| known.environment == here);
        let mut problems = Vec::new();
        match foreign {
            Foreign::Refused if !others.is_empty() => problems.push(format!(
                "webhook_secrets_{there}: this stage is marked {here}, so only webhook_secrets_{here} may be set, unless \
                 OTHER_STAGE_URL names the {there} stage"
            )),
            Foreign::Refused | Foreign::NotHeld => {}
            Foreign::PassedOn => {
                let needed = "OTHER_STAGE_URL is set, so the secrets of both environments are needed";
                for (name, secrets) in [(here, &own), (there, &others)] {
                    if secrets.is_empty() {
                        problems.push(format!("webhook_secrets_{name} is missing: {needed}"));
                    }
                }
                let is_known = |one: &&SigningSecret| others.iter().any(|other| other.secret.matches(one.secret.expose()));
                if own.iter().any(is_known) {
                    problems.push(
                        "webhook_secrets_test and webhook_secrets_live share a secret, so it does not tell whose a delivery is"
                            .to_owned(),
                    );
                }
            }
        }
        problems
    }
}
