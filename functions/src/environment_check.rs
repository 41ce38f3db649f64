//! Checks that secrets belong to the environment of the stage.

use crate::secrets::{Reading, SigningSecret, StageKind};

/// How a function treats webhook secrets and deliveries of the other environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherEnvironment {
    /// The function receives no deliveries and holds no webhook secrets.
    NotHeld,
    /// It accepts only deliveries of its own environment: a secret of the other one is reported as a problem.
    Rejected,
    /// It forwards deliveries of the other environment to the stage in `OTHER_STAGE_URL`, and needs the secrets of both.
    Forwarded,
}

impl Reading {
    /// The same reading, checked for `stage`: a secret of the wrong environment is a problem that says what to change
    /// and never contains a value.
    #[must_use]
    pub fn checked_for(mut self, stage: StageKind, other_environment: OtherEnvironment) -> Self {
        let (here, prefix) = (stage.name(), format!("pk_{}_", stage.name()));
        self.stage = Some(stage);
        if other_environment == OtherEnvironment::NotHeld {
            self.secrets.webhook.clear();
        }
        if self.secrets.peeker.iter().any(|key| !key.expose().starts_with(&prefix)) {
            let problem = format!("peeker_keys: this stage is marked {here}, so each key has to start with {prefix}");
            self.report("peeker_keys", problem);
        }
        self.check_webhook_secrets(stage, other_environment);
        self
    }

    /// Reports webhook secrets that are missing, of the wrong environment or shared by both.
    fn check_webhook_secrets(&mut self, stage: StageKind, other_environment: OtherEnvironment) {
        let (here, there) = (list_of(stage), list_of(stage.other()));
        let (own, others): (Vec<SigningSecret>, Vec<_>) =
            self.secrets.webhook.iter().cloned().partition(|known| known.environment == stage.name());
        match other_environment {
            OtherEnvironment::Rejected if !others.is_empty() => {
                let (kind, other) = (stage.name(), stage.other().name());
                let problem = format!(
                    "{there}: this stage is marked {kind}, so only {here} may be set, unless OTHER_STAGE_URL names the \
                     {other} stage"
                );
                self.report(there, problem);
            }
            OtherEnvironment::Rejected | OtherEnvironment::NotHeld => {}
            OtherEnvironment::Forwarded => {
                let needed = "OTHER_STAGE_URL is set, so the secrets of both environments are needed";
                for (name, secrets) in [(here, &own), (there, &others)] {
                    if secrets.is_empty() && !self.reported.contains(&name) {
                        self.report(name, format!("{name} is missing: {needed}"));
                    }
                }
                let is_known =
                    |one: &SigningSecret| others.iter().any(|other| other.secret.matches(one.secret.expose()));
                if own.iter().any(is_known) {
                    let shared = "webhook_secrets_test and webhook_secrets_live share a secret";
                    self.report(here, format!("{shared}, so it does not say which environment a delivery belongs to"));
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
