//! The context of a command: settings, output, and the two APIs.

use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::output::Output;
use crate::secret::Secret;
use crate::settings::{Name, Settings};
use clap::ValueEnum;
use std::io::{IsTerminal, Write};

/// Which API to call if both are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    /// Your deployment of the checkout, with the partner key
    Api,
    /// Peeker itself, with the Peeker key
    Peeker,
}

/// The context of one command.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) output: Output,
    pub(crate) settings: Settings,
}

impl Context {
    /// The checkout API, with the partner key.
    pub(crate) fn api(&self) -> Result<Target, Failure> {
        let base = self.api_base()?;
        let key = self.settings.require(Name::PartnerKey)?.value.clone();
        Target::new("The checkout API", &format!("{base}/v1"), key, self.hint(Name::Api))
    }

    /// The checkout API below `path`, with a session token.
    pub(crate) fn checkout(&self, path: &str, token: &Secret) -> Result<Target, Failure> {
        let base = format!("{}{path}", self.api_base()?);
        Target::new("The checkout API", &base, token.clone(), self.hint(Name::Api))
    }

    /// The base URL of the checkout API.
    pub(crate) fn api_base(&self) -> Result<String, Failure> {
        let base = self.settings.require(Name::Api)?.value.expose();
        Ok(base.trim_end_matches('/').trim_end_matches("/v1").to_owned())
    }

    /// Peeker, with the Peeker key.
    pub(crate) fn peeker(&self) -> Result<Target, Failure> {
        let base = self.settings.require(Name::PeekerUrl)?.value.expose().to_owned();
        let key = self.settings.require(Name::PeekerKey)?.value.clone();
        Target::new("Peeker", &base, key, self.hint(Name::PeekerUrl))
    }

    /// The requested side; by default the checkout API if configured.
    pub(crate) fn side(&self, via: Option<Via>) -> Via {
        let only_peeker = self.settings.found(Name::Api).is_none() && self.settings.found(Name::PeekerKey).is_some();
        via.unwrap_or(if only_peeker { Via::Peeker } else { Via::Api })
    }

    /// The target of a side.
    pub(crate) fn via(&self, via: Option<Via>) -> Result<Target, Failure> {
        match self.side(via) {
            Via::Api => self.api(),
            Via::Peeker => self.peeker(),
        }
    }

    fn hint(&self, name: Name) -> String {
        let source = self.settings.found(name).map(|found| found.source.to_string()).unwrap_or_default();
        if self.settings.is_demo(name) {
            format!("The address is from the {source}. Is the demo still running? Start it: cargo xtask demo")
        } else {
            format!("The address is from the {source}.")
        }
    }

    /// Asks for confirmation at the terminal, unless `yes` is set. Fails without a terminal.
    pub(crate) fn confirm(&self, yes: bool, what: &str) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        if self.settings.stdin_spent || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(Failure::usage("confirmation_needed", format!("{what} Confirm it with --yes.")));
        }
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "{what} Type yes to continue: ");
        let _ = err.flush();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        match read {
            Ok(_) if answer.trim() == "yes" => Ok(()),
            _ => Err(Failure::new(Exit::Refused, "not_confirmed", "Cancelled; nothing was changed.")),
        }
    }
}
