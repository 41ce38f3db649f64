//! What every command has at hand: the settings, how to print, and the two sides to speak to.

use crate::failure::{Exit, Failure};
use crate::http::Target;
use crate::output::Output;
use crate::secret::Secret;
use crate::settings::{Name, Settings};
use clap::ValueEnum;
use std::io::{IsTerminal, Write};

/// Whom to ask where both would know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    /// Your deployment of the checkout, with the partner key
    Api,
    /// Peeker itself, with the Peeker key
    Peeker,
}

/// For one run of one command.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) output: Output,
    pub(crate) settings: Settings,
}

impl Context {
    /// Our functions, with the partner key.
    pub(crate) fn api(&self) -> Result<Target, Failure> {
        let base = self.api_base()?;
        let key = self.settings.require(Name::PartnerKey)?.value.clone();
        Target::new("The checkout API", &format!("{base}/v1"), key, self.hint(Name::Api))
    }

    /// Our functions, with a session's token: what is below `path`.
    pub(crate) fn checkout(&self, path: &str, token: &Secret) -> Result<Target, Failure> {
        let base = format!("{}{path}", self.api_base()?);
        Target::new("The checkout API", &base, token.clone(), self.hint(Name::Api))
    }

    /// Where our functions answer.
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

    /// The side that was asked for; when none was, our functions where they are known.
    pub(crate) fn side(&self, via: Option<Via>) -> Via {
        let only_peeker = self.settings.found(Name::Api).is_none() && self.settings.found(Name::PeekerKey).is_some();
        via.unwrap_or(if only_peeker { Via::Peeker } else { Via::Api })
    }

    /// That side.
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

    /// Asks the person at the terminal, unless `yes` was said already; there has to be somebody to ask.
    pub(crate) fn confirm(&self, yes: bool, what: &str) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        if self.settings.stdin_spent || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(Failure::usage("confirmation_needed", format!("{what} Confirm it with --yes.")));
        }
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "{what} Type yes to go on: ");
        let _ = err.flush();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        match read {
            Ok(_) if answer.trim() == "yes" => Ok(()),
            _ => Err(Failure::new(Exit::Refused, "not_confirmed", "Nothing was done.")),
        }
    }
}
